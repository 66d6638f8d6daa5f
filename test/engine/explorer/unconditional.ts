/**
 * A server that knows no condition for an update, as OData does. It is looked at as the request leaves: what comes in between is the stated
 * exception of R3, and not explored. A request whose sender died takes effect whatever has become of the record by then.
 */
import type { ServerTable, WriteOutcome } from '../../../src/ports/server.ts';
import type { ModelServer, Row } from '../model/model-server.ts';
import type { Thread } from './thread.ts';

export const unconditionalOf = (
  server: ModelServer,
  thread: Thread,
): Pick<ServerTable, 'update' | 'updatesUnconditionally'> => ({
  updatesUnconditionally: true,
  async update(recordId, modId, values, _signal, departBy = Number.POSITIVE_INFINITY) {
    let looked: Row | undefined;
    const look = (): WriteOutcome | undefined => {
      looked = server.rowOf(recordId);
      if (looked === undefined) return { kind: 'missing' };
      return looked.modId === modId ? undefined : { kind: 'moved' };
    };
    const put = (): WriteOutcome => (looked === undefined ? { kind: 'missing' } : server.put(looked, values));
    const otherwise: WriteOutcome = { kind: 'unsent' };
    const sent = await thread.travel<WriteOutcome>('update', put, { by: departBy, otherwise, look });
    if (sent.kind !== 'written') return sent;
    const after = await thread.travel('read', () => server.rowOf(recordId));
    return after?.modId === modId + 1 ? sent : { kind: 'unknown', isOver: true };
  },
});
