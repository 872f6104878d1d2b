import {NativeSelect, SegmentedControl} from '@mantine/core';
import {useState} from 'react';
import {actions} from '../../state/basin.ts';
import type {Certificate, Starts} from '../../core/study.ts';
import {optimumName} from '../../state/certified.ts';
import type {BasinState} from '../../state/types.ts';
import {count, measured, number, percent} from '../format.ts';
import {useLive} from '../live.ts';
import {type Ink, useInk} from '../palette.ts';
import {Plot} from '../plots/Plot.tsx';
import {countScale} from '../plots/scales.ts';
import {optimumValue} from '../race/optimum.ts';
import {Empty} from '../widgets/Empty.tsx';
import type {InstrumentProps} from '../widgets/instrument.ts';
import {Panel} from '../widgets/Panel.tsx';
import {StudyState} from '../widgets/StudyState.tsx';
import {Swatch} from '../widgets/Swatch.tsx';
import {TableButton} from '../widgets/TableDialog.tsx';
import {binEnds, type Histogram, histogramOf, sharesOf} from './histogram.ts';

const select = ({experiment, starts, certificate, phase, data}: BasinState) => ({
  contestants: experiment.contestants,
  view: starts,
  certificate: experiment.certificate ? certificate.certificate : null,
  idle: phase === 'starting' || data === null,
});

const COUNTS = ['20', '100', '300'];

/** Many starts of one contestant: where they all end, and how many reach the optimum. */
export function StartsPanel({tabs, enlarged, onEnlarge}: InstrumentProps) {
  const {contestants, view, certificate, idle} = useLive(select, 150);
  const [chosen, setChosen] = useState(0);
  const [wanted, setWanted] = useState('100');
  const ink = useInk();
  const index = Math.min(chosen, contestants.length - 1);
  const {status, starts} = view;
  const start = (
    <button type="button" className="action" disabled={idle} onClick={() => actions.computeStarts(index, Number(wanted))}>
      Start {wanted}
    </button>
  );
  const tools = (
    <>
      <NativeSelect
        size="xs"
        aria-label="Contestant to start"
        value={String(index)}
        data={contestants.map(({name}, i) => ({value: String(i), label: name}))}
        onChange={(event) => setChosen(Number(event.currentTarget.value))}
      />
      <SegmentedControl size="xs" aria-label="Number of starts" value={wanted} data={COUNTS} onChange={setWanted} />
      {status !== 'running' && start}
    </>
  );
  const subject = contestants.at(view.contestant);
  return (
    <Panel title="Many starts" tabs={tabs} className="starts" enlarged={enlarged} onEnlarge={onEnlarge} tools={tools}>
      {starts && subject ? (
        <>
          <div className="starts-head">
            <Swatch colour={subject.colour} index={view.contestant} width={20} />
            <b>{subject.name}</b>
            <span className="faint figure">
              J of {count(view.count)} starts after {count(starts.iteration)} of {count(starts.iterations)} iterations
            </span>
            <StudyState status={status} share={view.share} reason={view.reason} onStop={actions.stopStarts} />
            <TableButton title={`Final J of ${view.count} starts of ${subject.name}`} {...tableOf(histogramOf(starts, floorOf(certificate)))} />
          </div>
          <HistogramPlot starts={starts} certificate={certificate} colour={ink.contestants[subject.colour]} ink={ink} />
          <p className="starts-words" data-testid="starts-summary">
            {sentenceOf(starts, certificate)}
          </p>
        </>
      ) : (
        <Empty title={status === 'running' ? 'The starts are being drawn …' : status === 'failed' ? 'The starts could not be run.' : 'Is it luck?'}>
          {status === 'running' ? (
            <StudyState status={status} share={view.share} reason="" onStop={actions.stopStarts} />
          ) : (
            <p>
              {status === 'failed'
                ? view.reason
                : 'Runs one contestant from many random starts at once, with the same data and budget, and shows where they all end. With the certified optimum on, you see how many reach it.'}
            </p>
          )}
        </Empty>
      )}
    </Panel>
  );
}

const floorOf = (certificate: Certificate | null): number | null => (certificate && certificate.upper > 0 ? certificate.upper : null);

interface PlotProps {
  readonly starts: Starts;
  readonly certificate: Certificate | null;
  readonly colour: string;
  readonly ink: Ink;
}

function HistogramPlot({starts, certificate, colour, ink}: PlotProps) {
  const histogram = histogramOf(starts, floorOf(certificate));
  const {scale, counts} = histogram;
  const isGlobal = certificate?.scope === 'global';
  return (
    <Plot xScale={scale} yScale={countScale(counts)} ink={ink} label={sentenceOf(starts, certificate)} yTick={count} testId="starts-histogram">
      {(frame) => (
        <>
          {counts.map((many, bin) => {
            const [from, to] = binEnds(histogram, bin);
            const [left, right] = [frame.x(from), frame.x(to)];
            return (
              // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its bin
              <rect key={bin} x={left + 0.5} y={frame.y(many)} width={Math.max(0.5, right - left - 1)} height={frame.bottom - frame.y(many)} fill={colour} fillOpacity={0.85} />
            );
          })}
          {certificate && certificate.upper > 0 && (
            <g>
              <line
                x1={frame.x(certificate.upper)}
                x2={frame.x(certificate.upper)}
                y1={frame.top}
                y2={frame.bottom}
                stroke={isGlobal ? ink.text : ink.faint}
                strokeWidth={1.6}
                strokeDasharray={isGlobal ? '' : '6 4'}
              />
              <text className="plot-tick" x={frame.x(certificate.upper) + 5} y={frame.top + 10} fill={isGlobal ? ink.text : ink.faint} stroke={ink.paper}>
                {optimumName(certificate)} {optimumValue(certificate)}
              </text>
            </g>
          )}
        </>
      )}
    </Plot>
  );
}

/** What the histogram says. */
function sentenceOf(starts: Starts, certificate: Certificate | null): string {
  const {certified, within1, within5, best, median} = sharesOf(starts, certificate);
  if (!Number.isFinite(best)) return 'All starts diverged.';
  const diverged = starts.objectives.filter((value) => !Number.isFinite(value)).length;
  const from = certified ? 'the certified optimum' : 'the best of them';
  const lost = diverged > 0 ? ` ${count(diverged)} diverged.` : '';
  return `Within 1\u202f% of ${from}: ${percent(within1)}; within 5\u202f%: ${percent(within5)}. Best ${measured(best)}, median ${measured(median)}.${lost}`;
}

const tableOf = (histogram: Histogram): {columns: readonly string[]; rows: () => readonly (readonly string[])[]} => ({
  columns: ['J from', 'to', 'starts'],
  rows: () => [
    ...histogram.counts.flatMap((many, bin) => (many > 0 ? [[...binEnds(histogram, bin).map((value) => number(value)), count(many)]] : [])),
    ...(histogram.diverged > 0 ? [['diverged', '', count(histogram.diverged)]] : []),
  ],
});
