import type { ErrorObject, ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";

/** A JSON text that is not what it should be; the message names the first problems by their paths. */
export class JsonFormError extends Error {
  override readonly name = "JsonFormError";
}

const ajv = new Ajv2020({ allErrors: false, strictTypes: false });

/** Makes a validator for texts of one form. */
export function formOf<T>(schema: object): ValidateFunction<T> {
  return ajv.compile<T>(schema);
}

/** Parses and checks a JSON text. Throws JsonFormError; its message quotes none of the text's values. */
export function parseJson<T>(text: string, isOfForm: ValidateFunction<T>): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new JsonFormError("it is not valid JSON", { cause: error });
  }
  if (isOfForm(value)) return value;
  throw new JsonFormError((isOfForm.errors ?? []).map(sentence).join("; "));
}

function sentence({ instancePath, message, params }: ErrorObject): string {
  const allowed = "allowedValues" in params ? ` (${String(params.allowedValues)})` : "";
  return `${instancePath === "" ? "the document" : instancePath.slice(1)} ${message}${allowed}`;
}
