/** The checks that need no account: what answers, by which certificate, of which version, with which clock. */
import { clockWords, count, duration } from '../composition/words.ts';
import { type Interval, intersect } from '../core/interval.ts';
import type { EpochMs } from '../core/names.ts';
import { isBefore, lacksOverOData, oldestOverOData, productName } from '../core/server-version.ts';
import { takenBy } from '../filemaker/data-api/write-options.ts';
import type { Clock } from '../ports/clock.ts';
import type { Certificate, Inspection, Product } from '../ports/inspection.ts';
import { checks } from './catalogue.ts';
import { failed, type Found, ok, warning } from './finding.ts';

const dayMs = 86_400_000;

/** Authorities renew from 30 days before the end. */
const warnedMs = 30 * dayMs;

export function certificateFinding(shown: Certificate | undefined, now: EpochMs): Found {
  if (shown === undefined)
    return ok('certificate', 'no certificate: plain http, which stays on this machine');
  const left = shown.endsAt - now;
  const figures = { endsAt: shown.endsAt, daysLeft: Math.floor(left / dayMs) };
  const text = described(shown, now);
  if (shown.distrust !== undefined)
    return failed('certificate', `${text}; it is not believed (${shown.distrust})`, remedyOf(shown), figures);
  if (left > warnedMs) return ok('certificate', text, figures);
  return warning(
    'certificate',
    text,
    'Admin Console > Configuration > SSL Certificate: renew it in time.',
    figures,
  );
}

function described({ names, issuers, endsAt }: Certificate, now: EpochMs): string {
  const day = new Date(endsAt).toISOString().slice(0, 10);
  const left = endsAt > now ? `${count(Math.floor((endsAt - now) / dayMs), 'day')} left, until` : 'ended on';
  const by = issuers.length === 0 ? 'signed by itself' : `signed by ${issuers.join(', by ')}`;
  return `certificate for ${names.join(', ')}, ${by}, ${left} ${day}`;
}

function remedyOf({ distrust = '', names }: Certificate): string {
  if (distrust === 'CERT_HAS_EXPIRED')
    return 'Admin Console > Configuration > SSL Certificate: import a renewed one, and restart FileMaker Server.';
  if (distrust === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `Write in url a name that it is for: ${names.join(', ')}; or install one for the name in url.`;
  if (distrust.startsWith('UNABLE_TO_'))
    return 'Admin Console > Configuration > SSL Certificate: import it anew together with its intermediate certificate; or name the authority that signed it as caFile of this server.';
  return checks.certificate.remedy;
}

/** The first with all that is used (layout metadata); help.claris.com data-api-guide. */
const oldest = '18';

/** What is told without an account over OData: no version. */
export const odataFinding = ({ api }: Product): Found =>
  ok('odata', `OData is on; version ${api} of it is spoken`);

/** By what `$metadata` of a file says. */
export function odataVersionFinding(version: string | undefined): Found {
  if (version === undefined)
    return ok('version', 'it does not show its version: what it can do is found out with the first requests');
  const named = `${productName(version)}, as its OData says`;
  if (!isBefore(version, oldestOverOData))
    return ok('version', [named, ...lacksOverOData(version)].join('; '));
  return failed(
    'version',
    `${named}, is too old`,
    'Install FileMaker Server 2023 (20) or later, or write api: data.',
  );
}

export function productFindings({ version, api }: Product): readonly Found[] {
  const on = ok('data-api', `the Data API is on; version ${api} of it is spoken`);
  if (version === undefined)
    return [
      on,
      ok('version', 'it does not show its version: what it can do is found out with the first writes'),
    ];
  const named = productName(version);
  if (isBefore(version, oldest)) return [on, failed('version', `${named} is too old`, checks.version.remedy)];
  const text = takenBy(version)
    ? `${named}: fields that users may not modify can be written too`
    : `${named}: a field with "Prohibit modification of value" cannot be written, the key included; before 2024 (21.1)`;
  return [on, ok('version', text)];
}

/** The more probes at different moments of a second, the narrower; five take a second. */
const probes = 5;
const betweenMs = 210;

export type ClockLook = { readonly offset: Interval; readonly roundTripMs: number };

export async function lookAtClock(
  inspection: Inspection,
  clock: Clock,
  signal: AbortSignal,
): Promise<ClockLook> {
  let offset: Interval | undefined;
  const roundTrips: number[] = [];
  for (let each = 0; each < probes; each++) {
    if (each > 0) await clock.sleep(betweenMs, signal);
    const probe = await inspection.probe(signal);
    // None that all allow: the clock was set meanwhile, and the last one counts.
    offset = (offset && intersect(offset, probe.offset)) ?? probe.offset;
    // A probe shows a whole second, and may be off by as long as it took.
    roundTrips.push(Math.max(0, probe.offset.hi - probe.offset.lo - 1000));
  }
  const roundTripMs = roundTrips.toSorted((a, b) => a - b)[Math.floor(probes / 2)] ?? 0;
  return { offset: offset ?? { lo: 0, hi: 0 }, roundTripMs };
}

export const reachableFinding = ({ roundTripMs }: ClockLook): Found =>
  ok('reachable', `it answers; round trip ${roundTripMs} ms`, { roundTripMs });

export function clockFinding({ offset: { lo, hi } }: ClockLook, skewMs: number): Found {
  const figures = { loMs: lo, hiMs: hi };
  const text = `clock ${clockWords({ lo, hi })}, against this machine's`;
  if (lo <= skewMs && hi >= -skewMs) return ok('clock', text, figures);
  const more = `${text}: more than alarms.skew allows (${duration(skewMs)})`;
  return warning('clock', more, checks.clock.remedy, figures);
}
