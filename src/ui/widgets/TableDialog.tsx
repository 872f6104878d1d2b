import {Modal} from '@mantine/core';
import {useState} from 'react';
import {IconButton} from './IconButton.tsx';
import {ScrollRegion} from './ScrollRegion.tsx';

interface Props {
  readonly title: string;
  readonly columns: readonly string[];
  /** The first cell of a row is its heading. */
  readonly rows: () => readonly (readonly string[])[];
  readonly disabled?: boolean;
}

/** The button that shows a chart in numbers. */
export function TableButton({title, columns, rows, disabled = false}: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton icon="table" label={`${title}, as a table`} size={26} disabled={disabled} onClick={() => setOpen(true)} />
      <Modal opened={open} onClose={() => setOpen(false)} size="lg" title={title}>
        {open && (
          <ScrollRegion label={title}>
            <table className="table">
              <thead>
                <tr>
                  {columns.map((column) => (
                    <th scope="col" key={column}>
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody>
                {rows().map(([heading, ...cells], row) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: a table is made anew each time it opens
                  <tr key={row}>
                    <th scope="row">{heading}</th>
                    {cells.map((cell, i) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: a cell is its column
                      <td key={i}>{cell}</td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </ScrollRegion>
        )}
      </Modal>
    </>
  );
}
