/** Raises and ends halts. */
import type { Halt } from '../core/halt.ts';
import type { Engine } from './engine.ts';

/** Where another process was faster its halt stands. */
export async function raise(engine: Pick<Engine, 'control' | 'report'>, halt: Halt): Promise<void> {
  if (!(await engine.control.putHalt(halt))) return;
  const { table, server, id, kind, figures, fields } = halt;
  engine.report({ kind: 'halted', why: kind, table, server, id, figures, ...(fields && { fields }) });
}

/** Unless it was answered just now, or another process did. */
export async function endHalt(
  { control, report }: Pick<Engine, 'control' | 'report'>,
  halt: Halt,
): Promise<void> {
  const { table, server, id } = halt;
  if (await control.endHalt(halt)) report({ kind: 'halt-ended', table, server, id });
}
