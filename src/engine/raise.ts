/** Raises a halt. Where another process was faster its halt stands. */
import type { Halt } from '../core/halt.ts';
import type { Engine } from './engine.ts';

export async function raise(engine: Engine, halt: Halt): Promise<void> {
  if (!(await engine.control.putHalt(halt))) return;
  const { table, server, id, kind, figures } = halt;
  engine.report({ kind: 'halted', why: kind, table, server, id, figures });
}
