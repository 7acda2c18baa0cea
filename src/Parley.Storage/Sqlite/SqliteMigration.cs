namespace Parley.Storage.Sqlite;

/// <summary>One step from a schema to the next. A step that was released is never changed.</summary>
/// <param name="Version">Of the schema after it, from 1 without gaps.</param>
/// <param name="Sql">What it does. Types are those that PostgreSQL shares: TEXT ids, BIGINT epoch milliseconds, BOOLEAN, and BLOB for its BYTEA.</param>
internal sealed record SqliteMigration(int Version, string Sql)
{
    /// <summary>All steps, in order.</summary>
    public static readonly IReadOnlyList<SqliteMigration> All =
    [
        new(1, """
            CREATE TABLE meetings (
              id TEXT NOT NULL PRIMARY KEY,
              code TEXT NOT NULL,
              title TEXT NOT NULL,
              started_at BIGINT NOT NULL,
              ended_at BIGINT,
              end_reason TEXT,
              interrupted_at BIGINT
            );
            CREATE INDEX meetings_by_start ON meetings (started_at);
            CREATE INDEX meetings_by_code ON meetings (code, started_at);

            CREATE TABLE participants (
              id TEXT NOT NULL PRIMARY KEY,
              meeting_id TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
              name TEXT NOT NULL,
              key_hash BLOB NOT NULL,
              is_host BOOLEAN NOT NULL,
              joined_at BIGINT NOT NULL,
              left_at BIGINT,
              left_reason TEXT
            );
            CREATE INDEX participants_by_meeting ON participants (meeting_id, joined_at);

            CREATE TABLE events (
              meeting_id TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
              number BIGINT NOT NULL,
              at BIGINT NOT NULL,
              kind TEXT NOT NULL,
              participant_id TEXT,
              reason TEXT,
              PRIMARY KEY (meeting_id, number)
            );

            CREATE TABLE chat_lines (
              meeting_id TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
              number BIGINT NOT NULL,
              at BIGINT NOT NULL,
              from_id TEXT NOT NULL,
              from_name TEXT NOT NULL,
              to_id TEXT,
              to_name TEXT,
              client_id TEXT,
              text TEXT NOT NULL,
              PRIMARY KEY (meeting_id, number)
            );
            CREATE UNIQUE INDEX chat_lines_once ON chat_lines (meeting_id, from_id, client_id) WHERE client_id IS NOT NULL;
            """),
        new(2, """
            CREATE TABLE files (
              id TEXT NOT NULL PRIMARY KEY,
              meeting_id TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
              at BIGINT NOT NULL,
              from_id TEXT NOT NULL,
              from_name TEXT NOT NULL,
              to_id TEXT,
              to_name TEXT,
              name TEXT NOT NULL,
              size BIGINT NOT NULL,
              sha256 BLOB NOT NULL,
              state TEXT NOT NULL
            );
            CREATE INDEX files_by_meeting ON files (meeting_id, at);

            CREATE TABLE file_parts (
              file_id TEXT NOT NULL REFERENCES files (id) ON DELETE CASCADE,
              number BIGINT NOT NULL,
              length BIGINT NOT NULL,
              sha256 BLOB NOT NULL,
              PRIMARY KEY (file_id, number)
            );

            CREATE TABLE bans (
              meeting_id TEXT NOT NULL REFERENCES meetings (id) ON DELETE CASCADE,
              key_hash BLOB NOT NULL,
              participant_id TEXT NOT NULL,
              name TEXT NOT NULL,
              at BIGINT NOT NULL,
              PRIMARY KEY (meeting_id, key_hash)
            );
            """),
    ];
}
