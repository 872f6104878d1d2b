import {Kbd, Modal} from '@mantine/core';

const KEYS: readonly (readonly [string, string])[] = [
  ['Space', 'run or pause'],
  ['→', 'one iteration for each contestant'],
  ['R', 'back to the start'],
  ['Esc', 'close what is enlarged or open'],
  ['?', 'this page'],
];

export function HelpDialog({opened, onClose}: {readonly opened: boolean; readonly onClose: () => void}) {
  return (
    <Modal opened={opened} onClose={onClose} size="lg" title="How to read this page">
      <div className="help">
        <p>
          Several optimizers race on one problem. All of them get the same data, the same split, the same initial weights (where
          their networks have the same shape), the same mini-batches and the same budget, and one measure, the objective <i>J</i>,
          is computed by the same code for all.
        </p>
        <p>
          The <b>race</b> can be read by iterations, by full-data passes or by compute time: who leads may depend on it. The{' '}
          <b>landscape</b> is <i>J</i> in a plane through the space of all weights, and says how much of each path lies outside
          that plane; click it to see the network at a point. The <b>boundaries</b> show what each network makes of the data.
        </p>
        <p>
          The <b>certified optimum</b> is proved from below and above while the race runs: no network of the problem&apos;s kind,
          of any width, can go below its line. Beside the boundaries stand the <b>neurons</b> of every network, <b>ADMM</b> from
          inside, the regularisation <b>path</b>, and many <b>starts</b> of one contestant.
        </p>
        <p>
          A contestant has one colour and one dash everywhere. A changed setting starts the runs that depend on it anew, and the link
          (Share) reproduces what you see.
        </p>
        <dl className="keys">
          {KEYS.map(([key, meaning]) => (
            <div key={key}>
              <dt>
                <Kbd>{key}</Kbd>
              </dt>
              <dd>{meaning}</dd>
            </div>
          ))}
        </dl>
        <p className="faint">
          Keys rest while you type, drag a slider or have a dialog open. In the race and the landscape, arrow keys move a cursor
          once the picture has the focus; a landscape in 3-D is turned by them, with + and − to zoom, 0 to go back, and Shift
          for the cursor.
        </p>
      </div>
    </Modal>
  );
}
