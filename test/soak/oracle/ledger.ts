/**
 * What truly happened on the servers, put down as it happens: who entered which value where, and what they had before their eyes
 * when they did. It knows nothing of ServerSync and shares no code with it.
 *
 * Every value that a person enters is entered once, so that a value tells where it is from.
 */

export type Values = Readonly<Record<string, string>>;
export type Shown = { readonly recordId: number; readonly modId: number; readonly values: Values };
export type Change = { readonly before: Shown | undefined; readonly after: Shown | undefined };

/** A value that a person entered, in the commit that made the row come to `modId`. */
export type Entry = {
  readonly server: string;
  readonly row: string;
  readonly modId: number;
  readonly key: string;
  readonly field: string;
  readonly value: string;
  /** What stood there, and was seen by who replaced it; undefined for a new record. */
  readonly replaced: string | undefined;
};

/** A person's commit on a record that was there. */
export type Edit = {
  readonly server: string;
  readonly key: string;
  readonly before: Values;
  readonly entries: readonly Entry[];
};

/** A row that is gone: `values` as it was last. */
export type Removal = {
  readonly server: string;
  readonly row: string;
  readonly modId: number;
  readonly key: string;
  readonly values: Values;
  /** Of the sync's own delete: the modId at which who did it had read the row last. Undefined where a person deleted it. */
  readonly readAt: number | undefined;
  readonly by: 'person' | 'sync';
  /** The sync had seen the row as it was then, in a sweep that came to its end. */
  readonly wasKnown: boolean;
  /** Its place in the order of all that happened. */
  readonly at: number;
};

export class Ledger {
  readonly entries: Entry[] = [];
  readonly edits: Edit[] = [];
  readonly removals: Removal[] = [];
  /** Records that a person made. */
  readonly made: {
    readonly server: string;
    readonly row: string;
    readonly key: string;
    readonly at: number;
  }[] = [];
  /** Records that an administrator had forgotten, and how many entries there were by then. */
  readonly forgotten: { readonly key: string; readonly entries: number }[] = [];
  readonly #fields: readonly string[];
  /** Values by the row that ever showed them. */
  readonly #shownIn = new Map<string, Set<string>>();
  readonly #serversOf = new Map<string, Set<string>>();
  /** Deletes by the sync that are under way, or may be: at which modId each had read the row last. */
  readonly #removing = new Map<string, number[]>();
  /** Commits by people that are not visible yet, as `row modId`. */
  readonly #awaited = new Set<string>();
  readonly #known = new Set<string>();
  #isPerson = false;
  #clock = 0;

  constructor(fields: readonly string[]) {
    this.#fields = fields;
  }

  /** Where the servers begin: rows that people made before. */
  found(server: string, rows: readonly Shown[]): void {
    this.byPerson(() => {
      for (const after of rows) this.changed(server, { before: undefined, after });
    });
  }

  /** What changes meanwhile is a person's doing. */
  byPerson<Result>(act: () => Result): Result {
    this.#isPerson = true;
    try {
      return act();
    } finally {
      this.#isPerson = false;
    }
  }

  /** A person's commit that becomes visible later. */
  await(server: string, { recordId, modId }: Shown): void {
    this.#awaited.add(`${rowName(server, recordId)} ${modId}`);
  }

  /** All that was entered into it until now is forgotten. */
  forgot(key: string): void {
    this.forgotten.push({ key, entries: this.entries.length });
  }

  /** The sync is about to delete a row that it read last at this modId. */
  removing(server: string, recordId: number, readAt: number): void {
    const row = rowName(server, recordId);
    this.#removing.set(row, [...(this.#removing.get(row) ?? []), readAt]);
  }

  /** That delete surely was not done, nor will be. */
  spared(server: string, recordId: number, readAt: number): void {
    const row = rowName(server, recordId);
    const left = this.#removing.get(row) ?? [];
    this.#removing.set(row, left.toSpliced(left.indexOf(readAt), 1));
  }

  /** A sweep that came to its end had listed these, as they still are. */
  swept(server: string, rows: readonly Shown[]): void {
    for (const { recordId, modId } of rows) this.#known.add(`${rowName(server, recordId)} ${modId}`);
  }

  changed(server: string, { before, after }: Change): void {
    this.#clock += 1;
    if (after !== undefined) this.#appeared(server, before, after);
    else if (before !== undefined) this.#vanished(server, before);
  }

  /** Whether the row ever showed the value. */
  hasShown(row: string, value: string): boolean {
    return this.#shownIn.get(row)?.has(value) === true;
  }

  /** Whether the value was ever on another server than that one. */
  wasElsewhere(server: string, value: string): boolean {
    return [...(this.#serversOf.get(value) ?? [])].some((other) => other !== server);
  }

  /** All on which a judgement may rest. */
  digest(): string {
    const { entries, removals, made } = this;
    const maps = [this.#shownIn, this.#serversOf].map((map) => [...map].map(([name, of]) => [name, [...of]]));
    return JSON.stringify([entries, removals, made, maps, [...this.#removing], [...this.#known]]);
  }

  #appeared(server: string, before: Shown | undefined, after: Shown): void {
    const row = rowName(server, after.recordId);
    const key = after.values['id'] ?? '';
    const isPerson = this.#isPerson || this.#awaited.has(`${row} ${after.modId}`);
    if (before === undefined && isPerson) this.made.push({ server, row, key, at: this.#clock });
    const { modId } = after;
    const entries = this.#fields.flatMap((field): readonly Entry[] => {
      const value = after.values[field] ?? '';
      const replaced = before?.values[field];
      return value === (replaced ?? '') ? [] : [{ server, row, modId, key, field, value, replaced }];
    });
    for (const { value } of entries) {
      addTo(this.#shownIn, row, value);
      addTo(this.#serversOf, value, server);
    }
    if (!isPerson) return;
    this.entries.push(...entries);
    if (before !== undefined) this.edits.push({ server, key, before: before.values, entries });
  }

  #vanished(server: string, { recordId, modId, values }: Shown): void {
    const row = rowName(server, recordId);
    this.removals.push({
      server,
      row,
      modId,
      key: values['id'] ?? '',
      values,
      readAt: this.#isPerson ? undefined : Math.min(...(this.#removing.get(row) ?? [])),
      by: this.#isPerson ? 'person' : 'sync',
      wasKnown: this.#known.has(`${row} ${modId}`),
      at: this.#clock,
    });
  }
}

export const rowName = (server: string, recordId: number): string => `${server}/${recordId}`;

function addTo(map: Map<string, Set<string>>, name: string, item: string): void {
  const items = map.get(name);
  if (items === undefined) map.set(name, new Set([item]));
  else items.add(item);
}
