/** What tests do to a server that is not a client's doing: users, clocks, backups, locks, troubles. */
import type { BusySlot } from '../busy.ts';
import type { Script, Values, StoredRecord } from '../description.ts';
import type { UserMachine } from '../host-clock.ts';
import { hiddenKey } from '../http/exchange.ts';
import { type ResponseTimes, responseTimes, Users, type UsersDescription } from '../load/users.ts';
import type { Simulation } from '../simulation.ts';
import type { Stats, Write } from '../stats.ts';
import type { FileShape } from '../store/blobs.ts';
import type { Backup, Database } from '../store/database.ts';
import type { Layout } from '../store/layout.ts';
import type { CommitOptions, Table } from '../store/table.ts';
import type { Trouble, Troubles } from '../troubles.ts';
import { changesOf, storedRecord } from '../api/scripts.ts';
import { VirtualClock } from '../virtual-clock.ts';

/** `database` may be left out where the server has one file only. */
export type Place = { readonly database?: string; readonly table: string };

export type ScriptPlace = { readonly database?: string; readonly name: string };

export type UserEdit = Place & {
  readonly user?: UserMachine;
  /** Stamped now, visible (and unlocked) this much later. */
  readonly visibleAfterMs?: number;
  /** False: an import without auto-enter, which changes no stamp. Default true. */
  readonly stamp?: boolean;
};

export type Hidden = {
  readonly account: string;
  readonly recordIds: readonly number[];
  /** What a request for one of them gets; default 200, access denied. 101, record is missing: unverified. */
  readonly code?: '200' | '101';
};

/** A change of a record that became visible, by whoever: `before` is undefined for a new one, `after` for one that was deleted. */
export type RecordChange = {
  readonly before: StoredRecord | undefined;
  readonly after: StoredRecord | undefined;
};

export class SimulatorControl {
  private readonly simulation: Simulation;
  private readonly backups = new Map<string, Backup>();
  private readonly users: Users[] = [];
  private readonly removedLayouts = new Map<string, Layout>();

  constructor(simulation: Simulation) {
    this.simulation = simulation;
  }

  stats(): Stats {
    const { counters, sessions, licence } = this.simulation;
    return {
      ...counters.counts(),
      openSessions: sessions.openCount(),
      maxOpenSessions: sessions.maxOpen,
      maxConcurrentPerToken: sessions.maxConcurrentPerToken,
      overlappingRequests: sessions.overlappingRequests,
      bytesSent: licence.bytes,
    };
  }

  /** Writes of clients that took effect since the last reset, oldest first. */
  writes(): readonly Write[] {
    return this.simulation.counters.writes();
  }

  /** How many sessions were busy, when and with what. */
  busy(): readonly BusySlot[] {
    return this.simulation.counters.busy.slots();
  }

  resetCounters(): void {
    this.simulation.counters.reset();
    this.simulation.sessions.resetCounters();
    this.simulation.licence.bytes = 0;
    for (const users of this.users) users.reset();
  }

  /** Keeps a file for containers; what is given back is the value of a field that holds it. */
  putFile(shape: FileShape, bytes: Uint8Array): string {
    return this.simulation.blobs.keep(shape, bytes);
  }

  /** The same with as many bytes as are asked for, which come from a seed: they take no room. */
  putSeededFile(shape: FileShape, size: number, seed: number): string {
    return this.simulation.blobs.seeded(shape, size, seed);
  }

  /** The file that a field's value stands for; undefined where it stands for none. */
  async file(
    value: string,
  ): Promise<(FileShape & { readonly size: number; readonly sha256: string }) | undefined> {
    const blob = this.simulation.blobs.get(value);
    if (blob === undefined) return undefined;
    const { name, type, size } = blob;
    return { name, type, size, sha256: await blob.sha256() };
  }

  /** The listener is told of each file before its bytes are sent. */
  watchDownloads(listener: () => void): void {
    this.simulation.onDownload = listener;
  }

  /** What is committed and visible now, in order of creation, values neutral. */
  records(place: Place): readonly StoredRecord[] {
    const table = this.table(place);
    return table.rows.rows.map((row) => storedRecord(table, row));
  }

  /** The listener is told of each change from now on, while it becomes visible; one for each table. */
  watch(place: Place, listener: (change: RecordChange) => void): void {
    const table = this.table(place);
    table.onChange = ({ before, after }) =>
      listener({
        before: before && storedRecord(table, before),
        after: after && storedRecord(table, after),
      });
  }

  count(place: Place): number {
    return this.table(place).rows.rows.length;
  }

  /** As a user in FileMaker Pro; validation of fields holds. Returns the record as it will be. */
  createAsUser(edit: UserEdit & { readonly values: Values }): StoredRecord {
    const table = this.table(edit);
    return storedRecord(table, table.create(changesOf(table, edit.values), this.commitOf(edit)));
  }

  updateAsUser(edit: UserEdit & { readonly recordId: number; readonly values: Values }): StoredRecord {
    const table = this.table(edit);
    return storedRecord(
      table,
      table.update(edit.recordId, changesOf(table, edit.values), this.commitOf(edit)),
    );
  }

  /** Cascades, as deleting in FileMaker does. */
  deleteAsUser(edit: Place & { readonly recordId: number }): void {
    this.table(edit).remove(edit.recordId);
  }

  /** A user opens these records: writes get 301 until they are unlocked. */
  lock(place: Place & { readonly recordIds: readonly number[] }): void {
    const table = this.table(place);
    for (const id of place.recordIds) table.lock(id);
  }

  unlock(place: Place & { readonly recordIds: readonly number[] }): void {
    const table = this.table(place);
    for (const id of place.recordIds) table.unlock(id);
  }

  /** Record-level access: the account does not see these records. An empty list shows all again. */
  hide(place: Place & Hidden): void {
    const key = hiddenKey(this.table(place));
    const others = (this.simulation.hidden.get(key) ?? []).filter((rule) => rule.account !== place.account);
    const { account, recordIds, code = '200' } = place;
    const rule = { account, recordIds: new Set(recordIds), code };
    const rules = place.recordIds.length > 0 ? [...others, rule] : others;
    if (rules.length > 0) this.simulation.hidden.set(key, rules);
    else this.simulation.hidden.delete(key);
  }

  /** People go to work beside those who are there. */
  addUsers(users: UsersDescription): void {
    const added = new Users(this.simulation, this.table(users), users);
    this.users.push(added);
    added.begin();
  }

  removeUsers(): void {
    for (const users of this.users.splice(0)) users.leave();
  }

  /** What all users there waited for since they came, or since the counters were reset. */
  userTimes(): ResponseTimes {
    return responseTimes(this.users.flatMap((users) => users.times));
  }

  /** Returns the trouble's id. */
  addTrouble(trouble: Trouble): number {
    return this.simulation.addTrouble(trouble);
  }

  /** Without an id: all of them. */
  removeTrouble(id?: number): void {
    this.simulation.troubles.remove(id);
  }

  troubles(): ReturnType<Troubles['list']> {
    return this.simulation.troubles.list();
  }

  /** The host's clock minus the true one, from now on. */
  setClockOffset(ms: number): void {
    this.simulation.host.offsetMs = ms;
  }

  stepClock(ms: number): void {
    this.simulation.host.offsetMs += ms;
  }

  /** Only where the true clock is a VirtualClock. */
  advanceClock(ms: number): void {
    const { time } = this.simulation.host;
    if (!(time instanceof VirtualClock))
      throw new Error('the clock is real: give startSimulator a VirtualClock to advance it');
    time.advance(ms);
  }

  /** Every token is 952 from now on, as after a restart of the engine. */
  endSessions(database?: string): void {
    this.simulation.sessions.endAll(database);
  }

  setCapacity(sessions: number): void {
    this.simulation.sessions.capacity = sessions;
  }

  /** So many more bytes may be sent, then whatever needs a token is 953; undefined: any number, as after the annual reset. */
  allowData(bytes: number | undefined): void {
    this.simulation.licence.allow(bytes);
  }

  backup(name: string, database?: string): void {
    this.backups.set(name, this.database(database).backup());
  }

  /** Records, modIds and record ids are those of the backup; the file was closed, so its sessions end. */
  restore(name: string, database?: string): void {
    const backup = this.backups.get(name);
    if (!backup) throw new Error(`there is no backup "${name}"`);
    const file = this.database(database);
    file.restore(backup);
    this.simulation.sessions.endAll(file.name);
  }

  /** The file is swapped by a migration: the same values under other record ids, modId 0. Sessions end. */
  migrate(database?: string): void {
    const file = this.database(database);
    file.renumber();
    this.simulation.sessions.endAll(file.name);
  }

  renameField(place: Place & { readonly from: string; readonly to: string }): void {
    const table = this.table(place);
    table.schema.rename(place.from, place.to);
    this.simulation.webhooks?.schemaChanged(table);
  }

  /** A table occurrence in the relationship graph, which is what OData calls a table. */
  renameOccurrence(place: { readonly database?: string; readonly from: string; readonly to: string }): void {
    const occurrence = this.database(place.database).occurrences.find(({ name }) => name === place.from);
    if (!occurrence) throw new Error(`there is no table occurrence "${place.from}" to rename`);
    occurrence.name = place.to;
  }

  /** Undefined: it is deleted. From code only. */
  replaceScript({ database, name, script }: ScriptPlace & { readonly script: Script | undefined }): void {
    const { scripts } = this.database(database);
    if (script === undefined) scripts.delete(name);
    else scripts.set(name, script);
  }

  removeLayout(name: string, database?: string): void {
    const { layouts } = this.database(database);
    const layout = layouts.get(name);
    if (!layout) throw new Error(`there is no layout "${name}"`);
    this.removedLayouts.set(name, layout);
    layouts.delete(name);
  }

  putBackLayout(name: string, database?: string): void {
    const layout = this.removedLayouts.get(name);
    if (!layout) throw new Error(`layout "${name}" was not removed`);
    this.database(database).layouts.set(name, layout);
  }

  private database(name: string | undefined): Database {
    const { databases } = this.simulation;
    const [first] = databases.values();
    const database = name === undefined && databases.size === 1 ? first : databases.get(name ?? '');
    if (!database) throw new Error(`name one of the databases: ${[...databases.keys()].join(', ')}`);
    return database;
  }

  private table(place: Place): Table {
    const database = this.database(place.database);
    database.settle();
    return database.table(place.table);
  }

  private commitOf(edit: UserEdit): CommitOptions {
    const { host } = this.simulation;
    const user = edit.user ?? {};
    const visible = edit.visibleAfterMs === undefined ? {} : { visibleAfterMs: edit.visibleAfterMs };
    if (edit.stamp === false) return { stamps: undefined, ...visible };
    return { stamps: { host: host.stamp(user.name ?? 'user'), user: host.userStamp(user) }, ...visible };
  }
}
