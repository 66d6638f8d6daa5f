/** Puts a witness between a process and the tables of its servers. */
import type { ServerTable } from '../../src/ports/server.ts';
import type { Witness } from './oracle/witness.ts';

/** For one process. */
export function watching(witness: Witness): (server: string, port: ServerTable) => ServerTable {
  const looksOn = witness.process();
  return (server, port) => watched(port, looksOn(server));
}

type Looks = ReturnType<ReturnType<Witness['process']>>;

const watched = (port: ServerTable, looks: Looks): ServerTable => ({
  changed: (...of) => port.changed(...of),
  list: (...of) => port.list(...of),
  async lookUp(keys, ...of) {
    const rows = await port.lookUp(keys, ...of);
    looks.lookedUp(keys, rows);
    return rows;
  },
  async read(recordId, ...of) {
    const row = await port.read(recordId, ...of);
    looks.wasRead(recordId, row);
    return row;
  },
  async create(key, ...of) {
    looks.creates(key);
    const outcome = await port.create(key, ...of);
    looks.created(key, outcome.kind);
    return outcome;
  },
  update(recordId, modId, ...of) {
    looks.updates(recordId, modId);
    return port.update(recordId, modId, ...of);
  },
  async remove(recordId, ...of) {
    const became = looks.removes(recordId);
    const outcome = await port.remove(recordId, ...of);
    became(outcome.kind);
    return outcome;
  },
});
