/** Deletes: a record goes only by somebody who had seen all of it, and comes back only for what that one had not seen. */
import type { Entry, Removal } from './ledger.ts';
import { wasIn } from './regions.ts';
import type { Traces } from './traces.ts';

/** Records that are on no server which receives though nobody who had seen all of them deleted them. */
export function deletesFaults(traces: Traces): readonly string[] {
  if (traces.ending.deletes === 'ignore') return ignoredFaults(traces);
  return traces.sharedKeys.flatMap((key) => {
    if (traces.receivers.some((server) => traces.rowsIn(server, key).length > 0)) return [];
    const entries = countingEntries(traces, key);
    const deletions = traces.ledger.removals.filter((one) => isDeletion(traces, one, key));
    if (deletions.length === 0) return entries.length > 0 ? [`${key} is gone, and nobody deleted it`] : [];
    if (traces.ending.deletes === 'delete-wins') return [];
    return entries
      .filter((entry) => !wasSeen(traces, entry))
      .map(
        ({ field, value, server }) =>
          `${key} is gone with ${field} ${value} of ${server}, unseen by who deleted it`,
      );
  });
}

/** Where deletes are ignored a record is gone from a server only where a person deleted it there. */
function ignoredFaults(traces: Traces): readonly string[] {
  return traces.sharedKeys.flatMap((key) => {
    if (countingEntries(traces, key).length === 0) return [];
    return traces.receivers
      .filter(
        (server) =>
          traces.rowsOn(server, key).length === 0 && traces.isIn(server, key) && !traces.mayLack(server, key),
      )
      .map(({ name }) => `${key} is gone from ${name}, and nobody deleted it there`);
  });
}

/** By a person, where it counts. */
const isDeletion = ({ senders }: Traces, { by, key: of, server }: Removal, key: string): boolean =>
  by === 'person' && of === key && senders.has(server);

/** What people entered into the record on servers whose edits count, and somebody may have seen. */
const countingEntries = (traces: Traces, key: string): readonly Entry[] =>
  traces.ledger.entries.filter(
    (entry) =>
      entry.key === key &&
      traces.senders.has(entry.server) &&
      entry.value !== '' &&
      !traces.isVoid(entry) &&
      !traces.isForgotten(entry),
  );

/** By who deleted it, or it had lost or been replaced by what was. */
function wasSeen(traces: Traces, entry: Entry): boolean {
  if (traces.deletionsBySight(entry.key, entry.value).length > 0 || traces.isKept(entry)) return true;
  return traces.replacedBy(entry).some((one) => one.value === '' || wasSeen(traces, one));
}

/**
 * Records that are there again though everything had been seen by who deleted them. Only of rows that the sync knew as they were: one
 * that it had not seen, or of which its own last write got no answer, may be made again.
 */
export function returnsFaults(traces: Traces): readonly string[] {
  if (traces.ending.deletes === 'ignore') return [];
  return traces.sharedKeys.flatMap((key) => {
    if (!traces.receivers.some((server) => traces.rowsIn(server, key).length > 0)) return [];
    const last = traces.ledger.removals.findLast((one) => isDeletion(traces, one, key));
    if (last === undefined || !last.wasKnown || traces.wasMadeAnew(key, last.at)) return [];
    if (mayHaveLeft(traces, last)) return [];
    const unseen = traces.ledger.entries.filter(
      (entry) =>
        entry.key === key &&
        traces.senders.has(entry.server) &&
        !traces.ledger.hasShown(last.row, entry.value),
    );
    const counting = unseen.filter((entry) => mayReturn(traces, entry, last));
    return counting.length > 0 ? [] : [`${key} is there again after it was deleted on ${last.server}`];
  });
}

/** It was outside the share of the server where it was deleted, or somebody may have moved it out, or back, unseen there. */
function mayHaveLeft(traces: Traces, { server: name, row, key, values }: Removal): boolean {
  const server = traces.serverOf(name);
  if (server?.share === undefined) return false;
  const isMoved = traces.ledger.entries.some(
    (entry) => entry.key === key && entry.field === 'amount' && !traces.ledger.hasShown(row, entry.value),
  );
  return isMoved || !wasIn(server, { values });
}

/** Where deletes win only a record that somebody made by himself outlives one. */
const mayReturn = ({ ending, ledger }: Traces, entry: Entry, last: Removal): boolean =>
  ending.deletes === 'edit-wins' ||
  (entry.row !== last.row && ledger.made.some(({ row }) => row === entry.row));
