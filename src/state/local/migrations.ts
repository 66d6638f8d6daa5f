/**
 * The tables, as steps: the first makes version 1 from nothing, each further one the next version from the one
 * before. A step that was released is never changed.
 *
 * Columns named `value` hold a whole value as JSON; the others are what conditions, queries and orders need. Keys are
 * compared byte for byte (SQLite's default), so case and accents count. Instants are REAL: they need not be whole.
 */
export const migrations: readonly string[] = [
  `
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE heads (
    tbl TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (tbl, key)
  ) STRICT;
  CREATE TABLE replicas (
    tbl TEXT NOT NULL, server TEXT NOT NULL, key TEXT NOT NULL, rev INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (tbl, server, key)
  ) STRICT;

  CREATE TABLE batches (
    sequence INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, tbl TEXT NOT NULL, server TEXT NOT NULL,
    state TEXT NOT NULL, rev INTEGER NOT NULL, attempts INTEGER NOT NULL, not_before REAL NOT NULL,
    sent_at REAL NOT NULL, created_at REAL NOT NULL, oldest_change_at REAL NOT NULL,
    key_count INTEGER NOT NULL, keys TEXT NOT NULL
  ) STRICT;
  CREATE INDEX batches_by_age ON batches (server, created_at, sequence);
  CREATE TABLE sending (
    sequence INTEGER PRIMARY KEY, batch TEXT NOT NULL, tbl TEXT NOT NULL, server TEXT NOT NULL,
    key TEXT NOT NULL, value TEXT NOT NULL
  ) STRICT;
  CREATE INDEX sending_by_batch ON sending (batch, sequence);
  CREATE INDEX sending_by_key ON sending (tbl, server, key, sequence);

  CREATE TABLE watermarks (
    tbl TEXT NOT NULL, server TEXT NOT NULL, generation INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (tbl, server)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE clocks (
    server TEXT NOT NULL, rev INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (server, rev)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE user_clocks (
    tbl TEXT NOT NULL, server TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (tbl, server)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE conflicts (id TEXT PRIMARY KEY, at REAL NOT NULL, value TEXT NOT NULL) STRICT;
  CREATE INDEX conflicts_by_age ON conflicts (at, id);
  CREATE TABLE parked (
    tbl TEXT NOT NULL, server TEXT NOT NULL, key TEXT NOT NULL, at REAL NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (tbl, server, key)
  ) STRICT;
  CREATE INDEX parked_by_age ON parked (at);
  CREATE TABLE meetings (
    tbl TEXT NOT NULL, server TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (tbl, server)
  ) STRICT;
  CREATE TABLE field_lists (
    server TEXT NOT NULL, db TEXT NOT NULL, layout TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (server, db, layout)
  ) STRICT;
  CREATE TABLE runs (id TEXT PRIMARY KEY, started_at REAL NOT NULL, value TEXT NOT NULL) STRICT;
  CREATE INDEX runs_by_age ON runs (started_at, id);
  CREATE TABLE leases (name TEXT PRIMARY KEY, holder TEXT NOT NULL, until REAL NOT NULL) STRICT, WITHOUT ROWID;

  CREATE TABLE messages (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT, server TEXT NOT NULL, batch TEXT NOT NULL, visible_at REAL NOT NULL,
    receipt INTEGER NOT NULL, UNIQUE (server, batch)
  ) STRICT;
  CREATE INDEX messages_by_time ON messages (server, visible_at, sequence);

  CREATE TABLE slots (
    server TEXT NOT NULL, number INTEGER NOT NULL, fence INTEGER NOT NULL, state TEXT NOT NULL,
    opening_at REAL NOT NULL, token TEXT, PRIMARY KEY (server, number)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE shapes (tbl TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE bookmarks (
    tbl TEXT NOT NULL, server TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (tbl, server)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE breakers (
    server TEXT NOT NULL, task TEXT NOT NULL, rev INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (server, task)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE held_slots (server TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO held_slots (server, value)
    SELECT server, json_object('fences', max(fence), 'held', json_group_array(json(
      CASE WHEN token IS NULL
        THEN json_object('number', number, 'fence', fence, 'state', state, 'openingAt', opening_at, 'heldUntil', 0)
        ELSE json_object('number', number, 'fence', fence, 'state', state, 'openingAt', opening_at, 'heldUntil', 0,
          'token', token)
      END)))
    FROM slots WHERE state IN ('opening', 'opened', 'left') GROUP BY server;
  DROP TABLE slots;
  `,
  `
  CREATE TABLE suspects (
    tbl TEXT NOT NULL, server TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (tbl, server, key)
  ) STRICT;
  CREATE TABLE delete_counts (
    tbl TEXT NOT NULL, server TEXT NOT NULL, rev INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (tbl, server)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE halts (
    tbl TEXT NOT NULL, server TEXT NOT NULL, rev INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (tbl, server)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sweeps (
    tbl TEXT NOT NULL, server TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (tbl, server)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE sweep_parts (
    tbl TEXT NOT NULL, server TEXT NOT NULL, started_at REAL NOT NULL, part INTEGER NOT NULL, numbers BLOB NOT NULL,
    PRIMARY KEY (tbl, server, started_at, part)
  ) STRICT;
  CREATE INDEX conflicts_open ON conflicts (at, id) WHERE json_extract(value, '$.open') = 1;
  `,
  `
  CREATE TABLE history (
    tbl TEXT NOT NULL, key TEXT NOT NULL, version INTEGER NOT NULL, id TEXT NOT NULL, keep_until REAL NOT NULL,
    value TEXT NOT NULL, PRIMARY KEY (tbl, key, version, id)
  ) STRICT;
  CREATE INDEX history_by_age ON history (keep_until);
  `,
  `
  CREATE TABLE delete_logs (
    tbl TEXT NOT NULL, server TEXT NOT NULL, generation INTEGER NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (tbl, server)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE pauses (id INTEGER PRIMARY KEY CHECK (id = 1), rev INTEGER NOT NULL, value TEXT NOT NULL) STRICT;
  `,
  `
  CREATE TABLE data_uses (
    server TEXT NOT NULL, day TEXT NOT NULL, bytes INTEGER NOT NULL, PRIMARY KEY (server, day)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE account_views (
    tbl TEXT NOT NULL, server TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (tbl, server)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE acts (id TEXT PRIMARY KEY, at REAL NOT NULL, value TEXT NOT NULL) STRICT;
  CREATE INDEX acts_by_age ON acts (at, id);
  `,
  `
  CREATE TABLE sweep_asks (
    tbl TEXT NOT NULL, server TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (tbl, server)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE INDEX conflicts_kept ON conflicts (at + coalesce(json_extract(value, '$.keptMs'), 7776000000));
  `,
  `
  CREATE TABLE lag_samples (
    server TEXT NOT NULL, at REAL NOT NULL, lag REAL NOT NULL, pending INTEGER NOT NULL, since REAL NOT NULL,
    written INTEGER NOT NULL, PRIMARY KEY (server, at)
  ) STRICT, WITHOUT ROWID;
  `,
  `
  ALTER TABLE heads ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
  UPDATE heads SET ended = 1 WHERE json_extract(value, '$.deleted') IS NOT NULL;
  CREATE INDEX heads_ended ON heads (tbl) WHERE ended = 1;
  ALTER TABLE replicas ADD COLUMN away INTEGER NOT NULL DEFAULT 0;
  UPDATE replicas SET away = 1
    WHERE json_extract(value, '$.gone') IS NOT NULL OR json_extract(value, '$.left') IS NOT NULL;
  CREATE INDEX replicas_away ON replicas (tbl, server) WHERE away = 1;
  `,
  `
  CREATE INDEX batches_backlog ON batches (server, tbl, key_count, oldest_change_at);
  `,
  `
  CREATE TABLE webhook_states (server TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  `,
  `
  CREATE TABLE files_read (
    tbl TEXT NOT NULL, server TEXT NOT NULL, record TEXT NOT NULL, at REAL NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (tbl, server, record)
  ) STRICT, WITHOUT ROWID;
  `,
];
