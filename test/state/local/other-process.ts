/** A process of its own that opens a state, says so, and works on it until it is killed. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export type OtherProcess = { readonly kill: () => Promise<void> };

/** Resolves when it has said `lines` lines; each is one piece of its work done. */
export async function otherProcess(
  work: 'hold' | 'put',
  directory: string,
  lines: number,
): Promise<OtherProcess> {
  const script = fileURLToPath(new URL('other-process-main.ts', import.meta.url));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, work, directory], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await said(child, lines);
  return {
    kill: async () => {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

async function said(child: ChildProcess, lines: number): Promise<void> {
  let seen = 0;
  for await (const chunk of child.stdout ?? []) {
    seen += String(chunk).split('\n').length - 1;
    if (seen >= lines) return;
  }
  const complaint = await text(child.stderr ?? Readable.from([]));
  throw new Error(`the process ended before it had done its work: ${complaint}`);
}
