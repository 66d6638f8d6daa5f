/** Adds up the engine's events: what the summary of a run, its JSON and its record are made of. */
import { systemClock } from '../composition/system-clock.ts';
import type { ServerName, TableName } from '../core/names.ts';
import type { FailingServer } from '../core/run-record.ts';
import type { EngineEvent } from '../engine/events.ts';
import type { RemappedEvent } from './pause/remapped-line.ts';

export type RenamedEvent = Extract<EngineEvent, { kind: 'renamed' }>;

export type MovedEvent = Extract<EngineEvent, { kind: 'moved' | 'proven' }>;

export type WayEvent = Extract<EngineEvent, { kind: 'slowed' | 'script' }>;

export type LeftEvent = Extract<EngineEvent, { kind: 'left' }>;

export type LinkTally = {
  readonly table: TableName;
  readonly server: ServerName;
  /** Records that requests showed: listings and finds, the first meeting included. */
  read: number;
  /** Records of which the head changed. */
  changed: number;
  created: number;
  updated: number;
  /** Deleted there by the sync. */
  removed: number;
  /** Deleted there by people, and everywhere from then on. */
  deleted: number;
  /** Changed there without a stamp that shows it. */
  unstamped: number;
  conflicts: number;
  /** Fields that differed when the records met for the first time. */
  paired: number;
  /** Of the conflicts and of what differed then: left to a person. */
  held: number;
  parked: number;
  /** Records left for a later try. */
  deferred: number;
  /** Values that the server changed by itself after we wrote them. */
  rewritten: number;
  /** Keys put into batches, and keys of batches that were worked off. */
  batched: number;
  delivered: number;
};

export class Tally {
  readonly #links = new Map<string, LinkTally>();
  /** The codes of what fails now, by server and task. */
  readonly failing = new Map<string, FailingServer>();
  readonly steps: { readonly server: ServerName; readonly byMs: number }[] = [];
  readonly remapped: RemappedEvent[] = [];
  readonly renamed: RenamedEvent[] = [];
  readonly moved: MovedEvent[] = [];
  readonly left: LeftEvent[] = [];
  /** How servers were written, as it was said last: whether through the script, and with fewer requests at once. */
  readonly ways = new Map<string, WayEvent>();
  /** Further layouts that could not be gone by, each once. */
  readonly unfit = new Map<string, Unfit>();
  /** Fields that two servers set again each time, by both and its name. */
  readonly #endless = new Map<string, Endless>();

  add(event: EngineEvent): void {
    switch (event.kind) {
      case 'clock-stepped':
        this.steps.push({ server: event.server, byMs: event.byMs });
        return;
      case 'server-failed':
        this.#addFailing(event);
        return;
      case 'server-back':
        this.failing.delete(taskOf(event));
        return;
      case 'rewritten-endlessly':
        this.#addEndless(event);
        return;
      case 'other-zone':
      case 'outdated':
      case 'retrying':
      case 'log-read':
      case 'rows-unseen':
      case 'paused':
      case 'went-on':
      case 'data-limit-reached':
      case 'data-limit-over':
        return;
      case 'slowed':
        this.ways.set(event.server, event);
        return;
      case 'script':
        this.ways.set(JSON.stringify([event.server, event.layout]), event);
        return;
      case 'remapped':
        this.remapped.push(event);
        return;
      case 'left':
        this.left.push(event);
        return;
      case 'moved':
      case 'proven':
        this.moved.push(event);
        return;
      case 'renamed':
        this.renamed.push(event);
        return;
      case 'sweep-layout-unfit':
      case 'log-unreadable':
      case 'called-otherwise':
        this.unfit.set(JSON.stringify([event.kind, event.table, event.server]), event);
        return;
      default:
        addTo(this.of(event.table, event.server), event);
    }
  }

  /** These come first, in this order, whatever was told of others before. */
  arrange(places: readonly Pick<LinkTally, 'table' | 'server'>[]): void {
    const first = places.map(({ table, server }) => this.of(table, server));
    const all = [...first, ...this.links.filter((link) => !first.includes(link))];
    this.#links.clear();
    for (const link of all) this.#links.set(linkName(link.table, link.server), link);
  }

  of(table: TableName, server: ServerName): LinkTally {
    const name = linkName(table, server);
    const found = this.#links.get(name) ?? emptyTally(table, server);
    this.#links.set(name, found);
    return found;
  }

  #addFailing(event: Extract<EngineEvent, { kind: 'server-failed' }>): void {
    const name = taskOf(event);
    const { server, error } = event;
    const since = this.failing.get(name)?.since ?? systemClock.now();
    this.failing.set(name, { server, code: error.code, since });
  }

  #addEndless({ table, server, other, field, records }: Endless): void {
    const name = JSON.stringify([table, server, other, field]);
    const before = this.#endless.get(name)?.records ?? 0;
    this.#endless.set(name, { table, server, other, field, records: before + records });
  }

  get endless(): readonly Endless[] {
    return [...this.#endless.values()];
  }

  get links(): readonly LinkTally[] {
    return [...this.#links.values()];
  }

  sum(
    count:
      | 'read'
      | 'created'
      | 'updated'
      | 'removed'
      | 'conflicts'
      | 'paired'
      | 'held'
      | 'parked'
      | 'deferred',
  ): number {
    return this.links.reduce((sum, link) => sum + link[count], 0);
  }
}

const linkName = (table: TableName, server: ServerName): string => JSON.stringify([table, server]);

const taskOf = ({ server, task = '' }: { readonly server: ServerName; readonly task?: string }): string =>
  JSON.stringify([server, task]);

const emptyTally = (table: TableName, server: ServerName): LinkTally => ({
  table,
  server,
  read: 0,
  changed: 0,
  created: 0,
  updated: 0,
  removed: 0,
  deleted: 0,
  unstamped: 0,
  conflicts: 0,
  paired: 0,
  held: 0,
  parked: 0,
  deferred: 0,
  rewritten: 0,
  batched: 0,
  delivered: 0,
});

export type Unfit = Extract<
  EngineEvent,
  { kind: 'log-unreadable' | 'sweep-layout-unfit' | 'called-otherwise' }
>;

export type Endless = Omit<Extract<EngineEvent, { kind: 'rewritten-endlessly' }>, 'kind'>;

type LinkEvent = Exclude<
  EngineEvent,
  {
    kind:
      | 'clock-stepped'
      | 'other-zone'
      | 'outdated'
      | 'retrying'
      | 'slowed'
      | 'script'
      | 'log-read'
      | 'rows-unseen'
      | 'paused'
      | 'went-on'
      | 'data-limit-reached'
      | 'data-limit-over'
      | 'sweep-layout-unfit'
      | 'log-unreadable'
      | 'called-otherwise'
      | 'rewritten-endlessly'
      | 'server-failed'
      | 'server-back';
  }
>;

function addTo(link: LinkTally, event: LinkEvent): void {
  switch (event.kind) {
    case 'read':
      link.read += event.records;
      return;
    case 'ingested':
      link.changed += event.changed;
      link.conflicts += event.conflicts;
      link.paired += event.paired;
      link.held += event.held;
      return;
    case 'batched':
      link.batched += event.keys;
      return;
    case 'delivered':
      link.created += event.created;
      link.updated += event.updated;
      link.removed += event.removed;
      link.delivered += event.created + event.updated + event.removed + event.inStep;
      return;
    case 'parked':
      link.parked += event.records;
      return;
    case 'deferred':
      link.deferred += event.records;
      return;
    case 'rewritten':
      link.rewritten += event.records;
      return;
    case 'ended':
      link.deleted += event.deleted;
      link.conflicts += event.conflicts;
      return;
    case 'swept':
      link.unstamped += event.counts.unstamped;
      return;
    case 'met':
    case 'halted':
    case 'halt-ended':
      return;
  }
}
