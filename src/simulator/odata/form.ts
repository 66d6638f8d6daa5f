/** How a request wants its answer: format, style of annotations, and what `Prefer` names. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Version } from '../profiles.ts';
import type { SimulatorOptions } from '../description.ts';

export type Style = '4.0' | '4.01';

export type Form = {
  readonly style: Style;
  /** `none` leaves out what names where an entity is. */
  readonly metadata: 'none' | 'minimal';
  /** `;IEEE754Compatible=true`: numbers as text. */
  readonly numbersAsText: boolean;
  readonly accept: string;
  readonly prefer: Prefer;
};

export type Prefer = {
  readonly returns: 'minimal' | 'representation' | undefined;
  readonly pageRows: number | undefined;
  readonly continueOnError: boolean;
  readonly entityIds: boolean;
  readonly specialColumns: boolean;
  /** Of `$metadata`. */
  readonly annotations: boolean;
};

/** What a version has (filemaker-odata.md, section 7): 4.01 in part and entity ids from 21 on, special columns and webhooks from 22.0.4 on. */
type Features = {
  readonly style: Style;
  readonly entityIds: boolean;
  readonly specialColumns: boolean;
  readonly countNeedsAnyAccept: boolean;
  readonly webhooks: boolean;
};

const before21: Features = {
  style: '4.0',
  entityIds: false,
  specialColumns: false,
  countNeedsAnyAccept: false,
  webhooks: false,
};
const from21: Features = { ...before21, style: '4.01', entityIds: true };
const from22: Features = { ...from21, specialColumns: true, webhooks: true };

const byVersion: Readonly<Record<Version, Features>> = {
  '19.6': before21,
  '20': before21,
  '21': from21,
  '22': { ...from22, countNeedsAnyAccept: true },
  '26': from22,
};

export function featuresOf({ version = '22', odata = {} }: SimulatorOptions): Features {
  const known = byVersion[version];
  return {
    style: odata.annotations ?? known.style,
    entityIds: odata.entityIds ?? known.entityIds,
    specialColumns: known.specialColumns,
    countNeedsAnyAccept: odata.countNeedsAnyAccept ?? known.countNeedsAnyAccept,
    webhooks: known.webhooks,
  };
}

export function formOf(headers: IncomingHttpHeaders, options: SimulatorOptions): Form {
  const accept = (headers.accept ?? '').toLowerCase();
  const features = featuresOf(options);
  return {
    style: ((options.odata?.heedsVersion ?? true) ? styleOf(headers) : undefined) ?? features.style,
    metadata: accept.includes('metadata=none') ? 'none' : 'minimal',
    numbersAsText: accept.includes('ieee754compatible=true'),
    accept,
    prefer: preferOf(headers['prefer'], features),
  };
}

function styleOf(headers: IncomingHttpHeaders): Style | undefined {
  const version = headers['odata-version'] ?? headers['odata-maxversion'];
  return version === '4.0' || version === '4.01' ? version : undefined;
}

/** Parts are comma-separated; the prefix `odata.` may be left out, as OData 4.01 allows. */
function preferOf(header: string | string[] | undefined, features: Features): Prefer {
  const parts = [header ?? []].flat().join(',').split(',');
  const named = new Map(
    parts.map((part): [string, string] => splitPart(part.trim().replace(/^odata\./, ''))),
  );
  const returns = named.get('return');
  const rows = Number(named.get('maxpagesize'));
  return {
    returns: returns === 'minimal' || returns === 'representation' ? returns : undefined,
    pageRows: Number.isInteger(rows) && rows > 0 ? rows : undefined,
    continueOnError: (named.get('continue-on-error') ?? 'false') !== 'false',
    entityIds: features.entityIds && named.has('fmodata.entity-ids'),
    specialColumns: features.specialColumns && named.has('fmodata.include-specialcolumns'),
    annotations: named.get('include-annotations') !== '"-*"',
  };
}

function splitPart(part: string): [string, string] {
  const at = part.indexOf('=');
  return at < 0 ? [part.toLowerCase(), 'true'] : [part.slice(0, at).toLowerCase(), part.slice(at + 1)];
}

/** XML where JSON is not wanted; an answer to wrong credentials is XML unless JSON is asked for by name. */
export const wantsXml = ({ accept }: Pick<Form, 'accept'>, status: number): boolean =>
  status === 401 ? !accept.includes('json') : /xml/.test(accept) && !accept.includes('json');
