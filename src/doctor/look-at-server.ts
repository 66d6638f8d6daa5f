/**
 * One look at one server. A check that fails ends what rests on it; what could not be looked at is named. At most one session
 * is open at a time, but for the moment in which it is tried how many the server gives.
 */
import type { LinkConfiguration, TableConfiguration } from '../config/configuration.ts';
import { connectServer, inspectServer } from '../composition/connect.ts';
import { count } from '../composition/words.ts';
import { shownBy } from '../core/api.ts';
import type { Interval } from '../core/interval.ts';
import type { ConnectorEvent, Log } from '../filemaker/http/events.ts';
import type { InspectionOptions } from '../filemaker/data-api/inspect.ts';
import type { Account } from '../filemaker/http/account.ts';
import { ownSlots } from '../filemaker/data-api/own-slots.ts';
import type { Inspection } from '../ports/inspection.ts';
import type { Server } from '../ports/server.ts';
import { ServerError } from '../ports/server-errors.ts';
import type { CheckId } from './catalogue.ts';
import { failed, type Finding, type Found, ok, unproven } from './finding.ts';
import type { LookOptions, SeenTable, ServerLook } from './look.ts';
import { probeFindings } from './probe-findings.ts';
import { type DigestedSample, digestedSample } from './same-keys.ts';
import { keyFinding, pageRateFinding, rowsFinding, sampleOf, stampFindings } from './sample-checks.ts';
import { fileFinding } from './file-finding.ts';
import { notLookedAt, ofHost, sampleChecks } from './not-looked-at.ts';
import { batchFinding, overOData, privileges } from './over-odata.ts';
import {
  certificateFinding,
  clockFinding,
  lookAtClock,
  odataFinding,
  odataVersionFinding,
  productFindings,
  reachableFinding,
} from './server-checks.ts';
import { answered, findingOf } from './server-errors.ts';
import { bulkNow, lookAtScript, throughScript } from './script-checks.ts';
import { sessionsFinding } from './sessions.ts';
import { type FitTable, lookAtLayout } from './table-checks.ts';
import { lookAtWebhooks } from './webhook-checks.ts';
import { probeWrites } from './write-probe.ts';

type OnServer = { readonly table: TableConfiguration; readonly link: LinkConfiguration };
type Fit = OnServer & { readonly fit: FitTable };

/** Gives what was found so far where it is stopped. */
export async function lookAtServer(options: LookOptions, signal: AbortSignal): Promise<ServerLook> {
  const look = new Look(options);
  try {
    await look.take(signal);
  } catch (error) {
    if (!signal.aborted || error !== signal.reason) throw error;
    look.stopped();
  } finally {
    await look.close();
  }
  return look.result;
}

class Look {
  readonly #o: LookOptions;
  readonly #findings: Finding[] = [];
  readonly #seen: SeenTable[] = [];
  readonly #inspection: Inspection;
  #offset: Interval | undefined;
  #isClosed = false;

  constructor(options: LookOptions) {
    this.#o = options;
    const { account, address, server } = options;
    const as: Partial<InspectionOptions> = 'missing' in account ? {} : { account };
    this.#inspection = inspectServer({ ...address, api: server.api, ...as });
  }

  get result(): ServerLook {
    const offset = this.#offset;
    return {
      server: this.#o.server.name,
      findings: this.#findings,
      ...(offset && { offset }),
      seen: this.#seen,
    };
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#inspection.close();
  }

  stopped(): void {
    this.#add(unproven('rest', 'not looked at any further: it was stopped'));
  }

  async take(signal: AbortSignal): Promise<void> {
    const left = await this.#lookAtHost(signal);
    if (left !== undefined) {
      this.#add(notLookedAt([...left, 'account', 'file', 'sessions'], this.#tablesLeft()));
      return;
    }
    const { account } = this.#o;
    if ('missing' in account) {
      this.#add(failed('account', account.missing, account.remedy));
      this.#add(notLookedAt(['file', 'sessions'], this.#tablesLeft()));
      return;
    }
    const layouts = await this.#layoutsByFile(signal);
    const fit: Fit[] = [];
    for (const each of this.#links()) {
      const names = layouts.get(each.link.database);
      if (names !== undefined) fit.push(...(await this.#tableFit(each, names, signal)));
    }
    this.#restOfTables(layouts);
    // Its session is given back before others are opened.
    await this.close();
    await this.#script(fit, account, signal);
    await this.#webhooks(account, signal);
    await this.#probe(fit, account, signal);
    await this.#sessions(account, layouts, signal);
  }

  /** What of it could not be looked at, so that the rest cannot be either; undefined: all is well. */
  async #lookAtHost(signal: AbortSignal): Promise<readonly CheckId[] | undefined> {
    const { clock, configuration } = this.#o;
    const shown = await answered(() => this.#inspection.certificate(signal));
    if (shown instanceof ServerError) return this.#ended(shown, ['certificate', ...ofHost]);
    const certificate = certificateFinding(shown, clock.now());
    if (certificate.status === 'error') {
      this.#add(ok('reachable', 'it answers'), certificate);
      return ofHost;
    }
    const product = await answered(() => this.#inspection.product(signal));
    if (product instanceof ServerError) return this.#ended(product, ofHost);
    const look = await answered(() => lookAtClock(this.#inspection, clock, signal));
    if (look instanceof ServerError) return this.#ended(look, ofHost);
    this.#offset = look.offset;
    const told = this.#isOData ? [odataFinding(product)] : productFindings(product);
    this.#add(reachableFinding(look), certificate, ...told);
    this.#add(clockFinding(look, configuration.alarms.skewMs));
    return undefined;
  }

  #ended(error: ServerError, left: readonly CheckId[]): readonly CheckId[] {
    const found = findingOf(error);
    this.#add(found);
    return left.filter((check) => check !== found.check);
  }

  /** Of each file in which it may log in. */
  async #layoutsByFile(signal: AbortSignal): Promise<ReadonlyMap<string, readonly string[]>> {
    const layouts = new Map<string, readonly string[]>();
    const files = new Set(this.#links().map(({ link }) => link.database));
    for (const file of files) {
      const names = await answered(() => this.#inspection.layouts(file, signal));
      if (names instanceof ServerError) {
        this.#add(await fileFinding(this.#inspection, names, file, signal));
        // A server locks an account that is refused again and again.
        if (names.code === 'account-refused') break;
        continue;
      }
      layouts.set(file, names);
      const { api } = this.#o.server;
      if (this.#isOData && layouts.size === 1) await this.#release(file, signal);
      this.#add(
        ok(
          'account',
          `its account logs in to file ${file}: it has the extended privilege ${privileges[api]}`,
        ),
        ok(
          'file',
          `file ${file} is open, with ${count(names.length, shownBy[api])} that the account may see`,
        ),
      );
    }
    return layouts;
  }

  async #release(file: string, signal: AbortSignal): Promise<void> {
    const version = await answered(async () => this.#inspection.release?.(file, signal));
    this.#add(version instanceof ServerError ? findingOf(version) : odataVersionFinding(version));
  }

  async #tableFit(each: OnServer, layouts: readonly string[], signal: AbortSignal): Promise<readonly Fit[]> {
    const { table, link } = each;
    const { configuration, known } = this.#o;
    const of = { configuration, table, link, inspection: this.#inspection, layouts, known };
    const look = await answered(() => lookAtLayout(of, signal));
    if (look instanceof ServerError) {
      this.#addOf(table, findingOf(look));
      return [];
    }
    this.#addOf(table, ...look.found);
    const { fit } = look;
    if (fit === undefined) {
      const isThere = look.found.some(({ check, status }) => check === 'layout' && status === 'ok');
      this.#addOf(table, notLookedAt(isThere ? sampleChecks : ['fields', ...sampleChecks]));
      return [];
    }
    const sample = await this.#sample(table, fit, signal);
    this.#seen.push({ table: table.name, layout: fit.layout, ...(sample && { sample }) });
    return [{ ...each, fit }];
  }

  async #sample(
    table: TableConfiguration,
    fit: FitTable,
    signal: AbortSignal,
  ): Promise<DigestedSample | undefined> {
    const { clock, server } = this.#o;
    const sample = await answered(() => sampleOf(this.#inspection, fit.binding, clock, signal));
    if (sample instanceof ServerError) {
      this.#addOf(table, findingOf(sample), notLookedAt(sampleChecks));
      return undefined;
    }
    const offset = this.#offset ?? { lo: 0, hi: 0 };
    const serverNow = { lo: clock.now() + offset.lo, hi: clock.now() + offset.hi };
    const stamps = stampFindings(sample, fit.binding, server, serverNow);
    // A probe says more of who stamps.
    const [stamp, zone] = stamps;
    this.#addOf(table, rowsFinding(sample), keyFinding(sample, fit), ...(stamp ? [stamp] : []));
    if (zone !== undefined && !(this.#isProbed(fit) && zone.status === 'unproven')) this.#addOf(table, zone);
    this.#addOf(table, pageRateFinding(sample));
    if (!this.#isProbed(fit)) this.#addOf(table, this.#rightsUnproven(fit));
    return digestedSample(sample, fit.binding);
  }

  #isProbed({ binding }: FitTable): boolean {
    return this.#o.writeProbe && binding.role !== 'send';
  }

  #rightsUnproven({ binding }: FitTable): Found {
    if (binding.role === 'send')
      return unproven(
        'rights',
        'whether records may be written: its role is send, the sync never writes there',
      );
    return unproven(
      'rights',
      'whether records may be created, edited and deleted, whether the key stays, whether the stamp moves',
      'A record that is created and deleted again shows it: serversync doctor --write-probe',
    );
  }

  /** Only where the configuration says that it is there; over OData, whether batches go. */
  async #script(fit: readonly Fit[], account: Account, signal: AbortSignal): Promise<void> {
    const { script } = this.#o.server;
    const written = fit.filter(({ fit: { binding } }) => binding.role !== 'send');
    if (written.length === 0) return;
    if (script === undefined && !this.#isOData) return;
    const told: ConnectorEvent[] = [];
    const connected = this.#connected(account, (event) => told.push(event));
    try {
      for (const { table, fit: of } of written) {
        told.length = 0;
        const port = connected.table(of.binding);
        const found = await answered(async () =>
          script === undefined
            ? batchFinding(port, signal)
            : (await lookAtScript(port, script, told, signal)).found,
        );
        this.#addOf(table, found instanceof ServerError ? findingOf(found) : found);
      }
    } finally {
      await connected.close();
    }
  }

  get #isOData(): boolean {
    return this.#o.server.api === 'odata';
  }

  /** Only where it is to call. */
  async #webhooks(account: Account, signal: AbortSignal): Promise<void> {
    if (this.#o.server.wake === 'webhook') this.#add(await lookAtWebhooks({ ...this.#o, account }, signal));
  }

  #connected(account: Account, log?: Log): Server {
    const { api, script } = this.#o.server;
    const shared = { api, sessionsInAll: 3, slots: ownSlots(), ...this.#o.address };
    return connectServer({ ...shared, account, sessions: 1, script, ...(log && { log }) });
  }

  async #probe(fit: readonly Fit[], account: Account, signal: AbortSignal): Promise<void> {
    const { clock, server } = this.#o;
    const probed = fit.filter((each) => this.#isProbed(each.fit));
    if (probed.length === 0) return;
    const connected = this.#connected(account);
    try {
      for (const { table, fit: of } of probed) {
        const port = connected.table(of.binding);
        const bulk = this.#isOData ? undefined : await bulkNow(port, signal);
        const through = bulk === undefined ? port : throughScript(port, bulk);
        const result = await probeWrites({ table: through, fit: of, clock }, signal);
        const offset = this.#offset ?? { lo: 0, hi: 0 };
        this.#addOf(table, ...probeFindings(result, { fit: of, server, offset }));
        signal.throwIfAborted();
      }
    } finally {
      await connected.close();
    }
  }

  async #sessions(
    account: Account,
    layouts: ReadonlyMap<string, unknown>,
    signal: AbortSignal,
  ): Promise<void> {
    const { noSessions } = this.#o;
    if (this.#isOData) return;
    const [file] = layouts.keys();
    if (noSessions !== undefined) this.#add(unproven('sessions', noSessions));
    else if (file === undefined) this.#add(notLookedAt(['sessions']));
    else this.#add(await sessionsFinding(this.#o, account, file, signal));
  }

  #links(): readonly OnServer[] {
    const { tables, server } = this.#o;
    return tables.flatMap((table) => {
      const link = table.links.find((each) => each.server === server.name);
      return link === undefined ? [] : [{ table, link }];
    });
  }

  #tablesLeft(): readonly string[] {
    const names = this.#links().map(({ table }) => table.name);
    return names.length === 0 ? [] : [`${names.length === 1 ? 'table' : 'tables'} ${names.join(', ')}`];
  }

  #restOfTables(layouts: ReadonlyMap<string, unknown>): void {
    const left = this.#links().filter(({ link }) => !layouts.has(link.database));
    for (const { table } of left)
      this.#addOf(table, unproven('rest', 'not looked at: its file could not be'));
  }

  #add(...found: readonly Found[]): void {
    const { name: server } = this.#o.server;
    this.#findings.push(...found.map((one) => ({ ...this.#told(one), server })));
  }

  #addOf({ name: table }: TableConfiguration, ...found: readonly Found[]): void {
    const { name: server } = this.#o.server;
    this.#findings.push(...found.map((one) => ({ ...this.#told(one), server, table })));
  }

  #told(found: Found): Found {
    return this.#isOData ? overOData(found) : found;
  }
}
