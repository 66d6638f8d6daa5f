/** Steps of a service manager, done one after the other, or only shown. */
import { chmodSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemClock } from '../../composition/system-clock.ts';
import { failureOf, shown } from './asking.ts';
import type { Answered, Step } from './manager.ts';
import type { System } from './system.ts';

/** Returns what went otherwise than meant, each as a sentence. Throws Refused where a step that has to be done fails. */
export async function perform(
  steps: readonly Step[],
  { ask }: Pick<System, 'ask'>,
): Promise<readonly string[]> {
  const said: string[] = [];
  for (const step of steps) {
    if (step.kind === 'write') write(step);
    else if (step.kind === 'remove') rmSync(step.path, { force: true });
    else said.push(...(await run(step, ask)));
  }
  return said.filter((line) => line !== '');
}

async function run(step: Extract<Step, { kind: 'run' }>, ask: System['ask']): Promise<readonly string[]> {
  const { command, orElse, tries = 1, unless } = step;
  if (unless !== undefined && (await isAnswered(unless, ask))) return [];
  const ran = await ask(command);
  if (ran.code === 0) return [];
  if (tries > 1) {
    await systemClock.sleep(1_000, new AbortController().signal);
    return run({ ...step, tries: tries - 1 }, ask);
  }
  if (orElse !== undefined) return [orElse];
  throw failureOf(command, ran);
}

/** Anybody may read it: no account stands in it. */
function write({ path, text, encoding }: Extract<Step, { kind: 'write' }>): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, encoding === 'utf16le' ? `\uFEFF${text}` : text, encoding ?? 'utf8');
  if (encoding === undefined) chmodSync(path, 0o644);
}

export const isAnswered = async ({ question, answer }: Answered, ask: System['ask']): Promise<boolean> =>
  (await ask(question)).stdout.trim() === answer;

export function stepLines(steps: readonly Step[]): readonly string[] {
  return steps.flatMap((step) => {
    if (step.kind === 'run') return [`would run     ${shown(step.command)}`];
    if (step.kind === 'remove') return [`would remove  ${step.path}`];
    return [
      `would write   ${step.path}`,
      ...step.text
        .trimEnd()
        .split('\n')
        .map((line) => `    ${line}`),
    ];
  });
}
