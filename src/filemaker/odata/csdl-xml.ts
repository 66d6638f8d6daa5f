/** `$metadata` as XML. One file of thousands of fields is a megabyte: it is read in one pass. */
import sax from 'sax';
import { type Csdl, type RawField, type RawTable, tableOf, termName, versionIn } from './csdl.ts';

type Annotated = { readonly annotations: Map<string, string> };

type Attributes = Readonly<Record<string, string>>;

/** Undefined where it is no such document. */
export function csdlInXml(text: string): Csdl | undefined {
  const reading = new Reading();
  let isBroken = false;
  const parser = Object.assign(sax.parser(true), {
    // Errors quote the text, so they go no further (R9).
    onerror() {
      isBroken = true;
      parser.resume();
    },
    onopentag({ name, attributes }: sax.Tag | sax.QualifiedTag) {
      reading.open(localName(name), textsOf(attributes));
    },
    ontext(within: string) {
      reading.text(within);
    },
    onclosetag(name: string) {
      reading.close(localName(name));
    },
  });
  parser.write(text).close();
  return isBroken ? undefined : reading.csdl();
}

const localName = (name: string): string => name.slice(name.indexOf(':') + 1);

const textsOf = (attributes: object): Attributes =>
  Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, String(value)]));

class Reading {
  readonly #tables: (RawTable & Annotated & { readonly key: string[]; readonly fields: RawField[] })[] = [];
  readonly #sets = new Map<string, string>();
  readonly #schema: Annotated = { annotations: new Map() };
  /** Whom an annotation is of: the innermost of these. */
  readonly #open: (Annotated & { readonly element: string })[] = [];
  /** Its value may stand within, as text. */
  #annotation: { readonly on: Map<string, string>; readonly term: string } | undefined;
  #isMetadata = false;

  open(element: string, attributes: Attributes): void {
    const { Name: name = '' } = attributes;
    const table = this.#tables.at(-1);
    switch (element) {
      case 'Edmx':
        this.#isMetadata = true;
        break;
      case 'Annotation':
        this.#annotate(attributes);
        break;
      case 'EntityType':
        this.#openTable(name);
        break;
      case 'PropertyRef':
        table?.key.push(name);
        break;
      case 'Property':
        if (table !== undefined) this.#openField(table.fields, name, attributes);
        break;
      case 'NavigationProperty':
      case 'EntityContainer':
      case 'Action':
      case 'EnumType':
        this.#open.push({ element, annotations: new Map() });
        break;
      case 'EntitySet':
        this.#sets.set(termName(attributes['EntityType'] ?? ''), name);
        this.#open.push({ element, annotations: new Map() });
        break;
    }
  }

  text(text: string): void {
    if (this.#annotation !== undefined && text.trim() !== '')
      this.#annotation.on.set(this.#annotation.term, text.trim());
  }

  close(element: string): void {
    if (element === 'Annotation') this.#annotation = undefined;
    if (this.#open.at(-1)?.element === element) this.#open.pop();
  }

  csdl(): Csdl | undefined {
    if (!this.#isMetadata) return undefined;
    const { annotations } = this.#schema;
    const schemaVersion = annotations.get('SchemaVersion');
    const serverVersion = versionIn(annotations.get('ServerVersion'));
    return {
      ...(schemaVersion !== undefined && { schemaVersion }),
      ...(serverVersion !== undefined && { serverVersion }),
      tables: this.#tables.map((raw) => tableOf(raw, this.#sets.get(raw.typeName))),
    };
  }

  #annotate({ Term: term = '', ...values }: Attributes): void {
    const value = values['String'] ?? values['Bool'] ?? values['Int'] ?? values['EnumMember'] ?? 'true';
    const on = (this.#open.at(-1) ?? this.#schema).annotations;
    on.set(termName(term), value);
    this.#annotation = { on, term: termName(term) };
  }

  #openTable(typeName: string): void {
    const table = { typeName, key: [], fields: [], annotations: new Map<string, string>() };
    this.#tables.push(table);
    this.#open.push({ element: 'EntityType', annotations: table.annotations });
  }

  #openField(fields: RawField[], name: string, attributes: Attributes): void {
    const annotations = new Map<string, string>();
    const length = Number(attributes['MaxLength']);
    fields.push({
      name,
      type: attributes['Type'] ?? 'Edm.String',
      nullable: attributes['Nullable'] !== 'false',
      defaultValue: attributes['DefaultValue'],
      maxLength: Number.isInteger(length) ? length : undefined,
      annotations,
    });
    this.#open.push({ element: 'Property', annotations });
  }
}
