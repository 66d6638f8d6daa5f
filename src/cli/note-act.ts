/** Puts down who did what, once it is done. `serversync audit` shows it. */
import { randomUUID } from 'node:crypto';
import { systemClock } from '../composition/system-clock.ts';
import { type Act, actKeptMs } from '../core/act.ts';
import type { Audit } from '../ports/audit.ts';

export type Noting = {
  readonly control: Pick<Audit, 'putAct'>;
  /** As openToChange gives it. */
  readonly operator: string;
  /** As configured. */
  readonly actsMs: number;
};

export const noteAct = (
  { control, operator, actsMs }: Noting,
  act: Omit<Act, 'id' | 'at' | 'by' | 'keptMs'>,
): Promise<void> =>
  control.putAct({
    id: randomUUID(),
    at: systemClock.now(),
    by: operator,
    ...act,
    ...(actsMs !== actKeptMs && { keptMs: actsMs }),
  });
