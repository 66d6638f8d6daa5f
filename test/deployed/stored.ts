/** What lies in the deployed tables, for tests that ask what a function left there. */
import { type AttributeValue, DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import type { InstallationUnderTest } from './installation.ts';

type Item = Readonly<Record<string, AttributeValue>>;

/** A batch row that is not closed. */
export type OpenRow = { readonly server: string; readonly announced: number };

export class Stored {
  readonly #dynamo: DynamoDBClient;
  readonly #records: string;
  readonly #control: string;

  constructor(dynamo: DynamoDBClient, records: string, control: string) {
    this.#dynamo = dynamo;
    this.#records = records;
    this.#control = control;
  }

  /** Versions of the heads, by where they lie. */
  async versions(): Promise<ReadonlyMap<string, number>> {
    return new Map((await this.#heads()).map((item) => [placeOf(item), Number(item['version']?.N)]));
  }

  /** What the heads hold, in JSON, by where they lie: not which server was seen last with it. */
  async held(): Promise<ReadonlyMap<string, string>> {
    return new Map(
      (await this.#heads()).map((item) => {
        const { fields } = headSchema.parse(JSON.parse(item['body']?.S ?? ''));
        return [placeOf(item), JSON.stringify(fields)];
      }),
    );
  }

  /** With how many announcements of what was about to be written each still has. */
  async openRows(): Promise<readonly OpenRow[]> {
    const rows = (await this.#scan(this.#control)).filter(({ pk }) => pk?.S?.startsWith('row#'));
    return rows.map(({ server, sending }) => ({
      server: server?.S ?? '',
      announced: sending?.L?.length ?? 0,
    }));
  }

  /** All that lies in a table, in one text: two of them are the same only where nothing was written between them. */
  async textOf(which: 'records' | 'control'): Promise<string> {
    const items = await this.#scan(which === 'records' ? this.#records : this.#control);
    const texts = items.map((item) => JSON.stringify(Object.entries(item).toSorted(byName)));
    return texts.toSorted().join('\n');
  }

  async #heads(): Promise<readonly Item[]> {
    return (await this.#scan(this.#records)).filter(({ pk }) => pk?.S?.startsWith('head#'));
  }

  async #scan(TableName: string): Promise<readonly Item[]> {
    const found: Item[] = [];
    for await (const { Items = [] } of paginateScan({ client: this.#dynamo }, { TableName }))
      found.push(...Items);
    return found;
  }
}

const headSchema = z.looseObject({ fields: z.record(z.string(), z.unknown()) });

const placeOf = ({ pk, sk }: Item): string => `${pk?.S} ${sk?.S}`;

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number => (a < b ? -1 : 1);

export async function storedOf({ harness, cdk }: InstallationUnderTest): Promise<Stored> {
  const { RecordsTable = '', ControlTable = '' } = await cdk.outputs();
  return new Stored(new DynamoDBClient(harness.emulator.clientConfig), RecordsTable, ControlTable);
}
