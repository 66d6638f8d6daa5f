/** Webhooks of one server as it stores them, and what keeps them as they are wanted. */
import { hookUrl, type Webhook, type WebhookState } from '../../../src/core/webhook.ts';
import { keepWebhooks, type KeptWebhooks, type WantedTable } from '../../../src/engine/keep-webhooks.ts';
import { ServerError } from '../../../src/ports/server-errors.ts';
import type { NewWebhook, Webhooks } from '../../../src/ports/webhooks.ts';

const never = new AbortController().signal;

/** As FileMaker has them: the lowest id that is free is the next. */
export class Stored implements Webhooks {
  readonly standing = new Map<number, Webhook>();
  readonly added: NewWebhook[] = [];
  /** Told of each request. */
  onCall: (name: string) => void = () => undefined;
  onList: (database: string) => void = () => undefined;
  /** A file that has none. */
  without: string | undefined;
  isOld = false;

  put(url: string, id = this.#free()): number {
    this.standing.set(id, { id, url, occurrence: 'Contacts', queue: { waiting: 0 } });
    return id;
  }

  async list(database = 'Main'): ReturnType<Webhooks['list']> {
    this.onCall('list');
    this.onList(database);
    if (database === this.without) return { kind: 'unsupported', reason: 'no OData there' };
    if (this.isOld) return { kind: 'unsupported', reason: 'hq knows no webhooks' };
    return { kind: 'listed', webhooks: [...this.standing.values()] };
  }

  async get(_database: string, id: number): Promise<Webhook | undefined> {
    this.onCall('get');
    return this.standing.get(id);
  }

  async add(_database: string, webhook: NewWebhook): Promise<number> {
    this.onCall('add');
    this.added.push(webhook);
    return this.put(webhook.url);
  }

  async remove(_database: string, id: number): Promise<boolean> {
    this.onCall('remove');
    return this.standing.delete(id);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get urls(): readonly string[] {
    return [...this.standing.values()].map(({ url }) => url);
  }

  #free(): number {
    for (let id = 1; ; id += 1) if (!this.standing.has(id)) return id;
  }
}

export const urlOf = (table: string, mark = 'now'): string =>
  hookUrl('https://sync.example.com', { installation: 'a1', mark, server: 'hq', table });

export const wantedOf = (table: string, mark?: string): WantedTable => ({
  table,
  database: 'Main',
  layout: 'Contacts_Sync',
  occurrence: 'Contacts',
  url: urlOf(table, mark),
  field: 'id',
});

/** The same table, called elsewhere. */
export const calledAt = (base: string) => ({
  base,
  wanted: [{ ...wantedOf('contacts'), url: urlOf('contacts').replace('https://sync.example.com', base) }],
});

export const noSuchTable = new ServerError('layout-missing', 'hq', 'no such table', { fileMakerCode: '105' });
export const mayNotRemove = new ServerError('request-refused', 'hq', 'no right for it', {
  fileMakerCode: '200',
});

export const tunnel = (n: number) => calledAt(`https://t${n}.example.com`);

export const foreign = 'https://elsewhere.example.com/hook';

export const keep = (stored: Webhooks, more: Partial<KeptWebhooks> = {}): Promise<WebhookState> =>
  keepWebhooks(
    stored,
    {
      server: 'hq',
      installation: 'a1',
      base: 'https://sync.example.com',
      wanted: [wantedOf('contacts')],
      isOfOther: () => false,
      databases: ['Main'],
      unknown: [],
      headers: { 'x-serversync-secret': 'not-shown' },
      before: undefined,
      note: async () => undefined,
      now: 5_000,
      ...more,
    },
    never,
  );
