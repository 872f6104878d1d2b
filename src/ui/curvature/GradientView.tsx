import {useState} from 'react';
import type {GradientCheck} from '../../core/curvature.ts';
import {actions} from '../../state/basin.ts';
import type {BasinState} from '../../state/types.ts';
import {count, measured, number} from '../format.ts';
import {useLive} from '../live.ts';
import {type Ink, useInk} from '../palette.ts';
import {Curve, Key, Plot} from '../plots/Plot.tsx';
import {scaleFor} from '../plots/scales.ts';
import type {Point} from '../race/series.ts';
import {ContestantChoice} from '../widgets/ContestantChoice.tsx';
import {Empty} from '../widgets/Empty.tsx';
import {StudyState} from '../widgets/StudyState.tsx';
import {TableButton} from '../widgets/TableDialog.tsx';
import {EXAMPLE_WORDS, trainedOnes} from './contestants.ts';
import {checkWords, verdictOf} from './words.ts';

const select = ({experiment, gradientCheck, phase, example}: BasinState) => ({experiment, view: gradientCheck, phase, example});

const SLOPE_ONE_DASH = '1 4';
const SLOPE_TWO_DASH = '6 4';

/** Whether the gradient that solvers follow is J's own, at one contestant's latest network. */
export function GradientView() {
  const {experiment, view, phase, example} = useLive(select, 150);
  const [wanted, setChosen] = useState<number | null>(null);
  const ink = useInk();
  const known = trainedOnes(experiment);
  const {status, check} = view;
  const chosen = known.find(({index}) => index === (wanted ?? view.contestant)) ?? known[0];
  if (!chosen) return <Empty title="No contestant here is trained by gradients.">Add one to check its gradient.</Empty>;
  const mine = view.contestant === chosen.index;
  const shown = mine ? check : null;
  const button = (
    <button type="button" className="action" disabled={phase === 'starting' || example} onClick={() => actions.checkGradient(chosen.index)}>
      {shown ? 'Check again' : 'Check the gradient'}
    </button>
  );
  return (
    <>
      <div className="curvature-head">
        <ContestantChoice label="Whose gradient" contestants={known} chosen={chosen.index} onChoose={setChosen} />
        {shown && button}
        {shown && <TableButton title={`Error of the linear model, ${chosen.name} at iteration ${view.iteration}`} columns={['step', 'error']} rows={() => Array.from(shown.steps, (h, i) => [number(h), measured(shown.errors[i])])} />}
      </div>
      {shown ? (
        <>
          <p className="curvature-reading">
            <span>
              error of J’s linear model against the step, at iteration {count(view.iteration)}
            </span>
            <Key stroke={ink.faint} dash={SLOPE_TWO_DASH}>
              slope 2
            </Key>
            <Key stroke={ink.faint} dash={SLOPE_ONE_DASH}>
              slope 1
            </Key>
          </p>
          <TaylorPlot check={shown} ink={ink} />
          <p className={verdictOf(shown) === 'wrong' ? 'note curvature-wrong' : 'note'} data-testid="gradient-words">
            {checkWords(shown)}
          </p>
        </>
      ) : (
        <Empty title={mine && status === 'running' ? 'Steps are being compared …' : 'Is the gradient right?'}>
          {mine && status === 'running' ? (
            <StudyState status={status} share={0} reason="" onStop={actions.stopGradientCheck} />
          ) : (
            <>
              <p>{mine && status === 'failed' ? view.reason : 'Compares J, computed in double precision, with its linear model along a random direction. For the right gradient the error falls with the square of the step.'}</p>
              {example && <p>{EXAMPLE_WORDS}</p>}
              {button}
            </>
          )}
        </Empty>
      )}
    </>
  );
}

/** Steps along, errors up, both on log axes; the fitted points are filled. */
function TaylorPlot({check, ink}: {readonly check: GradientCheck; readonly ink: Ink}) {
  const {steps, errors, fitted, slope} = check;
  const points = Array.from(steps, (x, i) => ({x, y: errors[i]})).filter(({y}) => y > 0);
  const first = points.at(0);
  const last = points.at(-1);
  const reference = (power: number): readonly Point[] => (first && last ? [first, {x: last.x, y: first.y * (last.x / first.x) ** power}] : []);
  const yScale = scaleFor(points.map(({y}) => y), true, 4);
  // Beyond the frame a straight line would be bent.
  const within = (line: readonly Point[]): readonly Point[] => {
    if (line.length === 0 || line[1].y >= yScale.domain[0]) return line;
    const [from, to] = line;
    const share = Math.log(yScale.domain[0] / from.y) / Math.log(to.y / from.y);
    return [from, {x: from.x * (to.x / from.x) ** share, y: yScale.domain[0]}];
  };
  return (
    <Plot xScale={scaleFor(points.map(({x}) => x), true, 5)} yScale={yScale} ink={ink} xTick={(value) => number(value)} yTick={(value) => number(value, 2)} label={`Taylor error against the step, slope ${measured(slope, 3)}`} testId="gradient-chart">
      {(frame) => (
        <>
          <Curve frame={frame} points={within(reference(2))} stroke={ink.faint} dash={SLOPE_TWO_DASH} width={1.4} />
          <Curve frame={frame} points={within(reference(1))} stroke={ink.faint} dash={SLOPE_ONE_DASH} width={1.4} />
          {points.map(({x, y}) => (
            <circle key={x} cx={frame.x(x)} cy={frame.y(y)} r={3.2} fill={fitted.includes(x) ? ink.text : ink.paper} stroke={ink.text} strokeWidth={1.4} />
          ))}
        </>
      )}
    </Plot>
  );
}
