/** `serversync approve`: of an id, whatever it is the id of, or of a table and a server at their first meeting. */
import { approveCommand } from './approve-command.ts';
import type { ExitCode } from './exit-code.ts';
import { answerCommand, haltedPlaceOf } from './halts-command.ts';
import type { StatePlace } from './opened-state.ts';
import type { Output } from './output.ts';

export type Approving = StatePlace & {
  readonly output: Output;
  /** Asked for where it may have to wait for the end of a reading. */
  readonly signal: () => AbortSignal;
};

/** Throws as answerCommand and approveCommand do. */
export async function approveByName(
  { signal, ...place }: Approving,
  name: string,
  server?: string,
): Promise<ExitCode> {
  const halted = server === undefined ? await haltedPlaceOf(place, name) : undefined;
  if (server === undefined && halted?.why !== 'first-meeting')
    return answerCommand({ ...place, id: name, what: 'approve' });
  const [table, on] = halted === undefined ? [name, server ?? ''] : [halted.table, halted.server];
  return approveCommand({ ...place, table, server: on, signal: signal() });
}
