/** What bounds the figures that miss their goals, and what was tried: people wrote it, after looking at profiles. */
export const BOUNDS = `- **Throughput's lower bounds**: the means are above the goals; five rounds on a shared machine with two cores leave so wide an
  interval. What bounds a burst is the API server, which has most of both cores: the ceiling, which watches nothing, is no faster.
- **CPU**: of what a burst takes, 87 % is the main thread and the rest V8's compilers and collectors (\`/proc/PID/task\`). On the main thread
  (\`--cpu-prof\`, 1,000 actions) writing requests to TLS is 16 %, reading answers 13 %, parsing JSON 11 %, deciding 9 %, collecting garbage
  6 %. JSON was 16 % and garbage 7 % of nearly twice the time while managedFields were parsed too. Flags of V8 were tried without a gain
  ([starting-fast](decisions/starting-fast.md)).
- **Idle memory**: 53 of 85 MB are pages of the Node.js binary itself (its code, and tables of ICU and V8), of which a Node.js that does nothing
  has 35, and 43 MB in all. The JavaScript heap has 14 MB in use. What glibc held back is given back now.
- **Restarts**: Node.js starts in 30 ms and compiles the bundle in 50, seven TLS connections for lists and watches take about 40, and all
  that the first action passes through runs for the first time. A compile cache in the image would save 40 ms.
- **The verdict on kind**: 0.5 to 0.8 s until a container starts, as for a bare Job, 0.05 s for three writes before it, and then Ansible:
  it takes 0.6 to 0.8 s on this machine until its first task, of which 0.44 s are its imports and tables on an idle one. A bare Job's
  Complete comes after 3.06 or 4.1 s, by the whole seconds of kubelet and Job controller.
- **The injection on kind**: the same, and 0.3 s for the module: three shells of Ansible's, Node.js, a connection, the deletion, and the
  pod that is really gone.
- **A hundred at once**: two cores run them for two minutes, and the demonstration's web server with them, which does not answer everybody
  in time; so a third of the actions and half of the bare Jobs end as failed, truthfully.`;
