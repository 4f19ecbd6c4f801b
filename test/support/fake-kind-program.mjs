// The program behind fakeKind(): it is CommonJS or ESM alike, since a file without a suffix is run as it is found.
const settings = "SETTINGS";
const fs = process.getBuiltinModule("node:fs");
const path = process.getBuiltinModule("node:path");

const args = process.argv.slice(2);
const at = (file) => path.join(settings.directory, file);
const option = (name) => args[args.indexOf(name) + 1];
fs.appendFileSync(at("calls"), `${args.join(" ")}\n`);

switch (args.slice(0, 2).join(" ")) {
  case "get clusters": {
    const names = fs.readdirSync(at("clusters"));
    if (names.length === 0) console.error("No kind clusters found.");
    else console.log(names.join("\n"));
    break;
  }
  case "create cluster": {
    const saved = fs.readFileSync(process.env.GITHUB_STATE ?? "/dev/null", "utf8");
    const file = /^\/.*\.json$/m.exec(saved)?.[0];
    const state = saved + (file && fs.existsSync(file) ? fs.readFileSync(file, "utf8") : "");
    const config = fs.readFileSync(0, "utf8");
    fs.writeFileSync(at("created"), JSON.stringify({ config, state }));
    fs.writeFileSync(at(path.join("clusters", option("--name"))), "");
    console.error(`Creating cluster "${option("--name")}" ...`);
    const failures = settings.failures;
    const tries = fs.readFileSync(at("calls"), "utf8").match(/^create cluster /gm).length;
    const failure = Array.isArray(failures) ? failures[tries - 1] : failures;
    // Longer than any test, but not for ever: who started it may have been killed.
    if (settings.hangs) setTimeout(() => process.exit(1), 120_000);
    else if (failure) {
      console.error(failure);
      process.exitCode = 1;
    } else fs.copyFileSync(settings.kubeconfig, option("--kubeconfig"));
    break;
  }
  case "get nodes":
    console.log(settings.nodes.join("\n"));
    break;
  case "delete cluster":
    fs.rmSync(at(path.join("clusters", option("--name"))), { force: true });
    break;
  case "version --quiet":
  case "version":
    console.log("kind v0.33.0 go1.26.8 linux/amd64");
    break;
  case "export logs":
  case "load image-archive":
    break;
  default:
    console.error(`unknown command ${args.join(" ")}`);
    process.exitCode = 1;
}
