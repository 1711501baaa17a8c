// The tables of checkpoints in MySQL and MariaDB. Text that only machines compare is binary: no collation to go wrong.

/** Whole checkpoints by number, and changes of them. */
export const WHOLES = 'windrow_checkpoints'
export const CHANGES = 'windrow_checkpoint_changes'

const savedTable = (name: string): string => `CREATE TABLE IF NOT EXISTS ${name} (
    job VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    number BIGINT NOT NULL,
    content CHAR(36) CHARACTER SET ascii NOT NULL,
    size_bytes BIGINT NOT NULL,
    sha256 BINARY(32) NOT NULL,
    PRIMARY KEY (job, number)
  ) ENGINE = InnoDB`

export const mysqlTables: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS windrow_leases (
    job VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    owner VARCHAR(255) CHARACTER SET utf8mb4 NOT NULL,
    process VARCHAR(255) CHARACTER SET ascii NOT NULL,
    epoch BIGINT NOT NULL,
    beat BIGINT NOT NULL,
    is_released TINYINT NOT NULL
  ) ENGINE = InnoDB`,
  savedTable(WHOLES),
  savedTable(CHANGES),
  // The bytes of one, written before it is visible; epoch is the saver's.
  `CREATE TABLE IF NOT EXISTS windrow_checkpoint_chunks (
    job VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    content CHAR(36) CHARACTER SET ascii NOT NULL,
    chunk INT NOT NULL,
    epoch BIGINT NOT NULL,
    bytes MEDIUMBLOB NOT NULL,
    PRIMARY KEY (job, content, chunk)
  ) ENGINE = InnoDB`,
]
