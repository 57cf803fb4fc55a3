import classes from "./Table.module.css";

export interface Column<T> {
  name: string;
  cell: (row: T) => React.ReactNode;
  /** Whether the column holds numbers, which stand at the right. */
  number?: boolean;
}

interface Props<T> {
  label: string;
  columns: Column<T>[];
  rows: readonly T[];
  keyOf: (row: T) => string | number;
  /** Said in the place of rows, when there are none. */
  none: string;
}

/** A plain table. On a phone each row becomes a card, with the columns' names before the cells. */
export function Table<T>({ label, columns, rows, keyOf, none }: Props<T>) {
  if (rows.length === 0) return <p className={classes.none}>{none}</p>;
  return (
    <table className={classes.table} aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ name, number }, index) =>
            name === "" ? (
              <td key={index} />
            ) : (
              <th key={index} scope="col" data-number={number || undefined}>
                {name}
              </th>
            ),
          )}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ name, cell, number }, index) => (
              <td key={index} data-label={name} data-number={number || undefined}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
