/** What reads the output may close it before the end, as `serversync status | head` does. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const program = fileURLToPath(new URL('../../src/cli/serversync.ts', import.meta.url));

test.each([[['schema']], [['--help']], [['run', '--help']]])(
  'serversync %j goes on to its end, without a word, though nobody reads it any more',
  async (args) => {
    const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args]);
    child.stdout.destroy();
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    const [code] = await once(child, 'close');
    expect([code, said]).toEqual([0, '']);
  },
);
