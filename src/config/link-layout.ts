/** A layout (over OData, a table) as one server shows it, asked by the names of the configuration. */
import { type Api, shownBy } from '../core/api.ts';
import type { FieldName } from '../core/names.ts';
import type { LayoutField } from '../ports/server.ts';
import type { LinkConfiguration } from './configuration.ts';
import { fieldOnServer, repetitionOf } from './field-names.ts';
import { didYouMean } from './suggest.ts';

export class LinkLayout {
  readonly link: LinkConfiguration;
  /** By the server's name, and by a former one that no other field has now; repetitions after the first are `name(2)`, over the Data API. */
  readonly #fields: ReadonlyMap<string, Shown>;

  constructor(link: LinkConfiguration, fields: readonly LayoutField[]) {
    this.link = link;
    const former = fields.flatMap((field) =>
      (field.formerly ?? []).map((name) => [name, { field }] as const),
    );
    const present = fields.flatMap((field) =>
      link.api === 'data' ? withRepetitions(field) : [[field.name, { field }] as const],
    );
    this.#fields = new Map([...former.toReversed(), ...present]);
  }

  /** Such as `Contacts_Sync of database Main on server hq`. */
  get description(): string {
    const { server, api, database, layout } = this.link;
    return `${shownBy[api]} ${layout} of database ${database} on server ${server}`;
  }

  nameOf(field: FieldName): string {
    return fieldOnServer(field, this.link.rename);
  }

  field(field: FieldName): LayoutField | undefined {
    return this.#fields.get(this.nameOf(field))?.field;
  }

  /** What the server calls it now: by its id it is found under a former name too. */
  presentName(field: FieldName): string {
    const name = this.nameOf(field);
    const shown = this.#fields.get(name);
    return shown === undefined || shown.number !== undefined ? name : shown.field.name;
  }

  suggestion(field: FieldName): string {
    return didYouMean(this.nameOf(field), this.#fields.keys());
  }

  /**
   * Configured names of what is on the layout. A field that is renamed appears under its configured name only, and a
   * field of the server that a rename hides does not appear.
   */
  configuredNames(): ReadonlySet<FieldName> {
    const names = [...this.#fields.keys()].flatMap((onServer) => {
      const configured = this.configuredName(onServer);
      return this.nameOf(configured) === onServer ? [configured] : [];
    });
    return new Set(names);
  }

  /** What the configuration calls a field of the server, whether there is one or not. */
  configuredName(onServer: string): FieldName {
    const back = new Map([...this.link.rename].map(([configured, name]) => [name, configured]));
    return fieldOnServer(onServer, back);
  }
}

/** What is to be done for a field that is not shown. */
export const noFieldRemedy: Readonly<Record<Api, string>> = {
  data: 'Put it on the layout, or correct the name',
  odata: 'Correct the name, or create the field',
};

/** What these are called together, such as `layout or table`. */
export const wordFor = (layouts: readonly LinkLayout[], { plural = false } = {}): string =>
  [...new Set(layouts.map(({ link }) => `${shownBy[link.api]}${plural ? 's' : ''}`))].join(
    plural ? ' and ' : ' or ',
  );

/** A field, or one of its repetitions after the first. */
type Shown = { readonly field: LayoutField; readonly number?: number };

function withRepetitions(field: LayoutField): readonly (readonly [string, Shown])[] {
  const later = Array.from({ length: Math.max(0, field.repetitions - 1) }, (_, index) => index + 2);
  return [
    [field.name, { field }],
    ...later.map((number) => [`${field.name}(${number})`, { field, number }] as const),
  ];
}

/** Fields of related tables: a write would go to another record than the one that was read. */
export const isRelated = (name: string): boolean => (repetitionOf(name)?.field ?? name).includes('::');
