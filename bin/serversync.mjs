#!/usr/bin/env node
// Starts serversync under the Node that came with the project, whichever Node the shell found first:
// the sources are TypeScript that runs as it stands, which needs Node 24.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const own = at(process.platform === 'win32' ? '../node_modules/.bin/node.cmd' : '../node_modules/.bin/node');
const node = existsSync(own) ? own : process.execPath;

const child = spawn(
  node,
  // Pages of records are short-lived: room for them makes a first sync a fifth faster (measured), for some 60 MB.
  [
    '--disable-warning=ExperimentalWarning',
    '--max-semi-space-size=64',
    at('../src/cli/main.ts'),
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit', shell: process.platform === 'win32' },
);
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 1)));
