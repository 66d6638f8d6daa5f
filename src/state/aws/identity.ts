/**
 * Whose the tables are, which format they have, and which servers and tables they are about. Asked before anything else is
 * read or written: heads and replicas name records by a server's own row ids, and held against other files than those they
 * came from they would have wrong records written.
 */
import { asNumber, asText, numberOf, textOf } from './attributes.ts';
import { isAbsent, numberIs } from './conditions.ts';
import { AwsStateError } from './state-error.ts';
import { attributesOf, type Item, type Table } from './table.ts';

/** Such as `server hq` and its address. */
export type Identity = Readonly<Record<string, string>>;

/** Counts up with each change of the format that older programs cannot read. Data of the version before is read, and brought up by whoever binds next. */
export const formatVersion = 1;

const oldestReadable = 1;

const ownKey = { pk: 'installation', sk: 'own' };
const factPartition = 'fact';

export type Binding = { readonly installation: string; readonly identity: Identity };

/** Throws AwsStateError where the tables are another's, of another format, or about other servers. Writes nothing. */
export async function checkBinding(table: Table, { installation, identity }: Binding): Promise<void> {
  const own = await table.get(ownKey);
  if (own !== undefined) checkOwn(table, own, installation);
  await checkFacts(table, identity);
}

/** The same, and stores what is new. */
export async function bindTo(table: Table, { installation, identity }: Binding): Promise<void> {
  const before = await table.get(ownKey);
  if (before !== undefined) checkOwn(table, before, installation);
  const known = await checkFacts(table, identity);
  if (before === undefined) await claim(table, installation);
  else if (numberOf(before, 'format') < formatVersion) await raise(table, before);
  const fresh = Object.entries(identity).filter(([name]) => !known.has(name));
  await table.putAll(
    fresh.map(([name, value]) => ({ ...attributesOf(factKey(name)), value: asText(value) })),
  );
}

const factKey = (name: string) => ({ pk: factPartition, sk: `fact ${name}` });

async function claim(table: Table, installation: string): Promise<void> {
  const item = {
    ...attributesOf(ownKey),
    installation: asText(installation),
    format: asNumber(formatVersion),
  };
  if (await table.put(item, isAbsent)) return;
  const other = await table.get(ownKey);
  if (other !== undefined) checkOwn(table, other, installation);
}

/** There is no older format yet: from the next one on, the steps from one to the next stand here. */
async function raise(table: Table, before: Item): Promise<void> {
  const item = { ...before, format: asNumber(formatVersion) };
  await table.put(item, numberIs('format', numberOf(before, 'format')));
}

function checkOwn(table: Table, own: Item, installation: string): void {
  const stored = textOf(own, 'installation');
  const format = numberOf(own, 'format');
  const place = `table ${table.name}`;
  if (stored !== installation) {
    const found = `it belongs to the installation ${stored}, not to ${installation}`;
    throw new AwsStateError('state-other-installation', place, found, otherInstallation);
  }
  if (format > formatVersion) {
    const found = `its format is version ${format}, and this program knows ${formatVersion}`;
    throw new AwsStateError('state-newer', place, found, 'Deploy a newer serversync');
  }
  if (format < oldestReadable) {
    const found = `its format is version ${format}, and this program reads from ${oldestReadable} on`;
    throw new AwsStateError(
      'state-older',
      place,
      found,
      'Deploy the release in between first, then this one',
    );
  }
}

const otherInstallation =
  'Give each installation tables of its own: deploy under the name that they belong to, or let cdk deploy make new ones';

/** Names of the facts that are stored. */
async function checkFacts(table: Table, identity: Identity): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for await (const item of table.query(factPartition)) {
    const name = textOf(item, 'sk').slice('fact '.length);
    const value = textOf(item, 'value');
    const given = Object.hasOwn(identity, name) ? identity[name] : undefined;
    if (given !== value) throw otherServers(table, name, value, given);
    known.add(name);
  }
  return known;
}

function otherServers(table: Table, name: string, stored: string, given: string | undefined): AwsStateError {
  const now = given === undefined ? 'the configuration no longer has it' : `the configuration says ${given}`;
  const found = `this state is about other servers or tables: ${name} was ${stored}, and ${now}`;
  const remedy =
    'Put the configuration back and deploy it, or deploy under another name (-c stack=NAME) to start anew: all records are ' +
    'compared again, and values that were kept stay in the old tables';
  return new AwsStateError('state-other-servers', `table ${table.name}`, found, remedy);
}
