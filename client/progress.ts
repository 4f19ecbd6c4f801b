/** Told one line of what happens, for a person who waits. It may hold text from the cluster: whoever prints it makes it safe. */
export type Progress = (line: string) => void;
