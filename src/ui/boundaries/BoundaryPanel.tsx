import {SegmentedControl} from '@mantine/core';
import {useState} from 'react';
import type {Task} from '../../core/data.ts';
import {type Boundary, READOUTS, type Readout} from '../../core/protocol.ts';
import {actions} from '../../state/basin.ts';
import {binaryWeightsOf} from '../../state/fitting.ts';
import type {BasinState, RunView} from '../../state/types.ts';
import {score, scoreName} from '../format.ts';
import {useLive} from '../live.ts';
import {dashOf, useInk} from '../palette.ts';
import {taskOf} from '../task.ts';
import type {InstrumentProps} from '../widgets/instrument.ts';
import {Panel} from '../widgets/Panel.tsx';
import {Swatch} from '../widgets/Swatch.tsx';
import {Waiting} from '../widgets/Waiting.tsx';
import {latest} from '../words.ts';
import {BoundaryPicture} from './BoundaryPicture.tsx';
import type {Part} from './draw.ts';
import {boundaryTitle} from './title.ts';
import {tokenWords} from './tokens.ts';

const select = ({experiment, runs, boundaries, data, phase, readout}: BasinState) => ({experiment, runs, boundaries, data, phase, readout});

const KIND_WORDS: Readonly<Record<Boundary['kind'], string>> = {
  grid: 'Output over the plane of inputs with the data points and the decision line',
  curve: 'Fitted curve over the data points',
  confusion: 'Confusion matrix and the data in two principal components, wrong answers ringed',
  tokens: 'Sequences with the tokens that the network expects next, wrong ones marked',
  fit: 'Predicted against true values',
};

const READOUT_WORDS: Readonly<Record<Readout, string>> = {
  rounded: 'sign(μ)',
  best: 'best of 64',
  average: 'mean of 40',
};

/** The metric that measures a read-out on the test set; contestants without a distribution have one network alone. */
const READOUT_METRICS: Readonly<Record<Readout, string>> = {rounded: 'testScore', best: 'bestScore', average: 'averageScore'};

function scoresOf(run: RunView | undefined, readout: Readout, task: Task): readonly string[] {
  const measured = latest(run, READOUT_METRICS[readout]);
  if (readout !== 'rounded' && Number.isFinite(measured)) return [`test ${score(measured, task)}`];
  return [`train ${score(latest(run, 'trainScore'), task)}`, `test ${score(latest(run, 'testScore'), task)}`];
}

/** Which network stands for a distribution over networks. */
function ReadoutChoice({readout}: {readonly readout: Readout}) {
  return (
    <SegmentedControl
      size="xs"
      aria-label="Network read out of the distribution"
      value={readout}
      data={READOUTS.map((value) => ({value, label: READOUT_WORDS[value]}))}
      onChange={(value) => {
        const next = READOUTS.find((one) => one === value);
        if (next) actions.setReadout(next);
      }}
    />
  );
}

/** What each contestant has learnt, side by side. */
export function BoundaryPanel({tabs, enlarged, onEnlarge}: InstrumentProps) {
  const {experiment, runs, boundaries, data, phase, readout} = useLive(select, 200);
  const [part, setPart] = useState<Part>('test');
  const ink = useInk();
  const task = taskOf(experiment);
  const shown = Object.values(boundaries);
  const {contestants} = experiment;
  const confusion = shown[0]?.kind === 'confusion';
  const binary = binaryWeightsOf(experiment) === 'network';
  const tools = (confusion || binary) && (
    <>
      {binary && <ReadoutChoice readout={readout} />}
      {confusion && (
        <>
          {!binary && <span className="faint tool-words">truth ↓ answer →</span>}
          <SegmentedControl
            size="xs"
            aria-label="Part of the data in the matrix"
            value={part}
            data={['train', 'test']}
            onChange={(value) => setPart(value === 'train' ? 'train' : 'test')}
          />
        </>
      )}
    </>
  );
  return (
    <Panel title={boundaryTitle(shown[0]?.kind, task)} tabs={tabs} className="boundaries" enlarged={enlarged} onEnlarge={onEnlarge} tools={tools}>
      {shown.length > 0 && data ? (
        <>
          <div className="multiples" data-count={contestants.length} data-kind={shown[0].kind}>
            {contestants.map(({name, colour}, index) => {
              const run = runs.at(index);
              const boundary = run && boundaries[run.runId];
              const scores = scoresOf(run, binary ? readout : 'rounded', task);
              return (
                // biome-ignore lint/suspicious/noArrayIndexKey: a contestant is its place in the list
                <figure key={index} className="multiple">
                  <div className="multiple-picture">
                    {boundary ? (
                      <BoundaryPicture
                        boundary={boundary}
                        data={data}
                        part={part}
                        ink={ink}
                        stroke={ink.contestants[colour]}
                        dash={dashOf(index)}
                        label={`${name}: ${KIND_WORDS[boundary.kind]}; ${boundary.kind === 'tokens' ? `${tokenWords(boundary)}; ` : ''}${scoreName(task)}: ${scores.join(', ')}`}
                        testId={`boundary-${index}`}
                      />
                    ) : (
                      <p className="faint">not yet</p>
                    )}
                  </div>
                  <figcaption>
                    <span className="multiple-name" title={name}>
                      <Swatch colour={colour} index={index} width={20} /> {name}
                    </span>
                    <span className="scores figure">
                      {scores.map((text) => (
                        <span key={text}>{text}</span>
                      ))}
                    </span>
                  </figcaption>
                </figure>
              );
            })}
          </div>
          {shown[0].kind === 'tokens' && <p className="note">Above the sequence, below each token the one expected next; struck out where another followed.</p>}
        </>
      ) : (
        <Waiting phase={phase} what="What each contestant's network makes of the data." />
      )}
    </Panel>
  );
}
