import Database from 'better-sqlite3';

const QUERY = `SELECT id, name, phone_number, country_code, type, status, twilio_sid, created_at
  FROM channels ORDER BY created_at DESC`;

/** Prints the `channels` table, newest first, in the columns of the app that this flow comes from. */
export function showTable(filename) {
  const database = new Database(filename, { readonly: true });
  try {
    const statement = database.prepare(QUERY);
    const columns = statement.columns().map(({ name }) => name);
    const rows = statement.raw().all();
    const cells = [columns, ...rows.map((row) => row.map((value) => value ?? 'NULL'))];
    const widths = columns.map((_, index) => Math.max(...cells.map((row) => row[index].length)));
    const lines = [cells[0], widths.map((width) => '-'.repeat(width)), ...cells.slice(1)];
    console.log(`\n${QUERY};\n`);
    for (const line of lines) {
      console.log(
        line
          .map((cell, index) => cell.padEnd(widths[index]))
          .join('  ')
          .trimEnd(),
      );
    }
    console.log(`(${rows.length} ${rows.length === 1 ? 'row' : 'rows'})`);
  } finally {
    database.close();
  }
}
