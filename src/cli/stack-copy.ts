/**
 * A workplace in which nothing is changed, over a copy of a stack's state: the servers are read and what would be written is
 * noted. See docs/architecture.md, *Dry ports*. The functions go on meanwhile, so that what they do behind the copy shows as if a
 * run had still to do it.
 */
import { isConfiguredIn } from '../composition/engine-of.ts';
import { localTables } from '../composition/local-tables.ts';
import { systemClock } from '../composition/system-clock.ts';
import { type Configuration, furtherLayouts } from '../config/configuration.ts';
import { dryServer } from '../engine/dry/dry-server.ts';
import { notingConflicts } from '../engine/dry/noting-conflicts.ts';
import { leftPlaces } from '../engine/leave.ts';
import { openCopyOf } from '../state/local/copy-of-other.ts';
import type { StateCopy } from '../state/local/state-copy.ts';
import type { OpenedStack } from './opened-state.ts';
import { openStackWorkplaceWith, type StackWorkplace } from './stack-workplace.ts';
import type { WorkplaceOptions } from './workplace.ts';

/** Throws ConfigurationError, Refused, AwsStateError or ServerError. */
export const openStackCopy = (stack: string, options: WorkplaceOptions): Promise<StackWorkplace<StateCopy>> =>
  openStackWorkplaceWith(stack, options, {
    openState: copied,
    mayMove: true,
    through: (server, { planned, control }) => dryServer(server, { planned, control }),
    // What a new configuration would do is seen by the layouts as they are now.
    tables: ({ configuration, state, servers, options: { report, signal } }) =>
      localTables(configuration, {
        control: state.control,
        clock: systemClock,
        servers,
        bind: () => undefined,
        report,
        signal,
      }),
  });

async function copied(opened: OpenedStack, configuration: Configuration): Promise<StateCopy> {
  const { tables, servers } = configuration;
  const links = tables.flatMap((table) => table.links.map((link) => ({ table: table.name, link })));
  const left = await leftPlaces({ control: opened.control, isConfigured: isConfiguredIn(configuration) });
  const copy = await openCopyOf(opened, {
    servers: servers.map(({ name }) => name),
    places: [...links.map(({ table, link }) => ({ table, server: link.server })), ...left],
    layouts: links.flatMap(({ link }) => [link, ...furtherLayouts(link)]),
  });
  return { ...copy, control: notingConflicts(copy.control, copy.planned) };
}
