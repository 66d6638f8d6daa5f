/** Choosing a table, a server, or all of them. */
import type { OverviewAnswer } from '../../api/overview.ts';
import { Select } from './basics.tsx';

type TablesProps = {
  readonly overview: OverviewAnswer;
  /** '' for all. */
  readonly value: string;
  readonly choose: (value: string) => void;
};

export const TableSelect = ({ overview, value, choose }: TablesProps) => (
  <Select
    label="Table"
    value={value}
    all="All tables"
    options={overview.tables.map(({ table }) => table)}
    choose={choose}
  />
);

export const ServerSelect = ({ overview, value, choose }: TablesProps) => (
  <Select
    label="Server"
    value={value}
    all="All servers"
    options={overview.servers.map(({ server }) => server)}
    choose={choose}
  />
);
