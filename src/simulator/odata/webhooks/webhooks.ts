/** The webhooks of all files of a server: ids are given again once they are free (observed), and each change of a table is told. */
import { FileMakerFailure } from '../../failure.ts';
import type { Simulation } from '../../simulation.ts';
import type { Database } from '../../store/database.ts';
import type { RowChange, Table } from '../../store/table.ts';
import { Calls, type MakeCall, overHttp } from './calls.ts';
import { isTold } from './payload.ts';
import { type Operation, operationOf, type Webhook } from './webhook.ts';

export const noWebhook = (): FileMakerFailure =>
  new FileMakerFailure('-1061', 'Specified WebHook not found', 404);

export class Webhooks {
  readonly calls: Calls;
  readonly #of = new Map<Database, Webhook[]>();

  constructor(simulation: Simulation, make: MakeCall = overHttp) {
    this.calls = new Calls(simulation, make);
    for (const database of simulation.databases.values())
      for (const table of database.tables.values())
        table.listeners.push((change) => this.#tell(database, table, change));
  }

  /** In the order of their ids. */
  list(database: Database): readonly Webhook[] {
    return (this.#of.get(database) ?? []).toSorted((a, b) => a.id - b.id);
  }

  /** Throws -1061. */
  get(database: Database, id: number): Webhook {
    const found = this.list(database).find((one) => one.id === id);
    if (found === undefined) throw noWebhook();
    return found;
  }

  /** Gives it the lowest id that is free. */
  add(database: Database, made: Pick<Webhook, 'body' | 'occurrence' | 'addedBy'>): Webhook {
    const taken = new Set(this.list(database).map(({ id }) => id));
    let id = 1;
    while (taken.has(id)) id += 1;
    const webhook: Webhook = { ...made, id, pending: [], isRemoved: false, isSending: false };
    this.#of.set(database, [...(this.#of.get(database) ?? []), webhook]);
    return webhook;
  }

  /** Throws -1061. */
  remove(database: Database, id: number): void {
    const webhook = this.get(database, id);
    webhook.isRemoved = true;
    this.#of.set(
      database,
      this.list(database).filter((one) => one !== webhook),
    );
  }

  schemaChanged(table: Table): void {
    for (const webhook of this.list(table.database))
      if (webhook.body.notifySchemaChanges && webhook.occurrence.table === table)
        this.#queue(webhook, operationOf('SCHEMA', []));
  }

  #tell(database: Database, table: Table, { before, after }: RowChange): void {
    for (const webhook of this.list(database)) {
      if (webhook.occurrence.table !== table) continue;
      const operation = operationFor(webhook, { before, after });
      if (operation !== undefined) this.#queue(webhook, operation);
    }
  }

  #queue(webhook: Webhook, operation: Operation): void {
    webhook.pending.push(operation);
    this.calls.begin(webhook);
  }
}

/** A filter that cannot be read is told of by each try. */
function operationFor(webhook: Webhook, { before, after }: RowChange): Operation | undefined {
  const row = after ?? before;
  if (row === undefined) return undefined;
  if (after === undefined) return operationOf('DELETE', [row.id]);
  if (!isToldOrUnreadable(webhook, after)) return undefined;
  return operationOf(before === undefined ? 'ADD' : 'UPDATE', [row.id], [after]);
}

function isToldOrUnreadable(webhook: Webhook, row: Parameters<typeof isTold>[1]): boolean {
  try {
    return isTold(webhook, row);
  } catch (error) {
    if (error instanceof FileMakerFailure) return true;
    throw error;
  }
}
