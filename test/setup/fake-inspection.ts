/** Servers to look at, made of plain values: the port without a server behind it. */
import type { Api } from '../../src/core/api.ts';
import type { InspectedField, InspectedRow, Inspection } from '../../src/ports/inspection.ts';
import { ServerError } from '../../src/ports/server-errors.ts';

export type FakeLayout = {
  readonly layout: string;
  readonly table: string;
  readonly fields: readonly InspectedField[];
  readonly portals?: readonly string[];
};

export type FakeFile = {
  readonly layouts: readonly FakeLayout[];
  /** Rows of each table, in order of creation. */
  readonly rows: Readonly<Record<string, readonly Readonly<Record<string, string>>[]>>;
};

export type FakeServer = Readonly<Record<string, FakeFile>>;

export function field(
  name: string,
  type: InspectedField['type'] = 'text',
  further: Partial<InspectedField> = {},
): InspectedField {
  const { kind = 'normal', global = false } = further;
  return {
    name,
    type,
    kind,
    global,
    writable: kind === 'normal' && !global,
    autoEnter: false,
    repetitions: 1,
    notEmpty: false,
    numeric: false,
    fourDigitYear: false,
    timeOfDay: false,
    maxCharacters: 0,
    ...further,
  };
}

export const filled = { autoEnter: true } as const;

export class FakeInspection implements Inspection {
  readonly name: string;
  readonly api: Api;
  readonly #files: FakeServer;

  constructor(name: string, files: FakeServer, api: Api = 'data') {
    this.api = api;
    this.name = name;
    this.#files = files;
  }

  product = () => Promise.resolve({ version: '22.0.4.406', api: 'v2', roundTripMs: 1 });
  probe = () => Promise.reject(new Error('not asked for here'));
  certificate = () => Promise.resolve(undefined);
  databases = () => Promise.resolve(Object.keys(this.#files));
  close = () => Promise.resolve();

  layouts(database: string): Promise<readonly string[]> {
    return Promise.resolve(this.#file(database).layouts.map(({ layout }) => layout));
  }

  layout(database: string, layout: string) {
    const { fields, portals = [] } = this.#layout(database, layout);
    return Promise.resolve({ fields, portals, valueLists: [] });
  }

  rows(database: string, layout: string, { skip = 0, limit, latestBy }: Parameters<Inspection['rows']>[2]) {
    const { table, fields } = this.#layout(database, layout);
    const all = this.#file(database).rows[table] ?? [];
    const shown = all.map(
      (values, index): InspectedRow => ({
        recordId: String(index + 1),
        modId: 0,
        values: Object.fromEntries(fields.map(({ name }) => [name, values[name] ?? ''])),
      }),
    );
    const ordered =
      latestBy === undefined
        ? shown
        : shown.toSorted((a, b) => ((a.values[latestBy] ?? '') < (b.values[latestBy] ?? '') ? 1 : -1));
    return Promise.resolve({ table, total: all.length, rows: ordered.slice(skip, skip + limit) });
  }

  #file(database: string): FakeFile {
    const file = this.#files[database];
    if (file === undefined) throw new ServerError('database-unavailable', this.name, `no file ${database}`);
    return file;
  }

  #layout(database: string, layout: string): FakeLayout {
    const found = this.#file(database).layouts.find((each) => each.layout === layout);
    if (found === undefined) throw new ServerError('layout-missing', this.name, `no layout ${layout}`);
    return found;
  }
}
