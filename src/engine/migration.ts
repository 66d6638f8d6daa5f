/**
 * A file that is to be paired anew by its keys, since a release put it in place of another one: asked for by a person, carried out
 * by whoever looks at the server next, before anything else is read or written there. It is a halt whose answer is known.
 */
import { type Halt, isOtherFile, newHalt } from '../core/halt.ts';
import type { EpochMs, ServerName, TableName } from '../core/names.ts';
import type { Control } from '../ports/control.ts';

/** `asked`; `unmet`: nothing is known of it there, so that it is met as ever; or what has to be answered first. */
export type Asked = 'asked' | 'unmet' | Halt;

/** What the new file makes pointless, or what it may have brought with it. */
const gives = (halt: Halt): boolean =>
  isOtherFile(halt.kind) || ['schema-drift', 'migration', 'moved'].includes(halt.kind);

export async function obstacleTo(
  { meeting, halt }: Pick<Control, 'meeting' | 'halt'>,
  table: TableName,
  server: ServerName,
): Promise<Asked> {
  const met = await meeting(table, server);
  if (met === undefined || met.state === 'halted') return 'unmet';
  const standing = await halt(table, server);
  return standing === undefined || gives(standing) ? 'asked' : standing;
}

export async function askForRemap(
  control: Pick<Control, 'meeting' | 'halt' | 'putHalt'>,
  table: TableName,
  server: ServerName,
  at: EpochMs,
): Promise<Asked> {
  for (;;) {
    const obstacle = await obstacleTo(control, table, server);
    if (obstacle !== 'asked') return obstacle;
    const standing = await control.halt(table, server);
    const halt = newHalt({ table, server, kind: 'migration', at }, { figures: {}, examples: [] });
    const asked = { ...halt, rev: (standing?.rev ?? 0) + 1, answer: { what: 'approve', at } as const };
    if (await control.putHalt(asked)) return 'asked';
  }
}
