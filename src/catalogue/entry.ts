/** What a message means and what to do about it: an entry for each code under which something is told, in families by where people see them. */

export type Words = {
  /** As it is printed, without a full stop; what varies is in capitals, such as TABLE, SERVER, N. */
  readonly title: string;
  /** Why it is said, in whole sentences. */
  readonly means: string;
  /** What to do, in whole sentences; menus of FileMaker between asterisks, what is typed between backquotes. */
  readonly do: string;
  /** A page below docs that tells more, such as `parked.md` or `aws.md#alarms`. */
  readonly more?: string;
};

/** Total over a union of codes: one that has no entry does not compile. */
export type Entries<Code extends string> = Readonly<Record<Code, Words>>;

export type Family = {
  readonly heading: string;
  /** Where it is seen, in whole sentences. */
  readonly seen: string;
  /** Stands before the code in an anchor, where codes of other families are the same words. */
  readonly prefix: string;
  readonly entries: Entries<string>;
};

export type Entry = Words & {
  /** The anchor on the page. */
  readonly id: string;
  readonly code: string;
  readonly family: Family;
};
