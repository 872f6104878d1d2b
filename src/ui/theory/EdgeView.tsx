import type {EdgeRun, Twins} from '../../core/theory.ts';
import {count, measured, number} from '../format.ts';
import type {Ink} from '../palette.ts';
import {Curve, Key, Plot} from '../plots/Plot.tsx';
import {scaleFor, spanScale} from '../plots/scales.ts';
import {Chart} from './Chart.tsx';
import {curve, ys} from './curves.ts';

interface Props {
  readonly run: EdgeRun;
  readonly twins: Twins | null;
  readonly learningRate: number;
  readonly ink: Ink;
}

/** Sharpness against its edge, the loss beside it, and two runs that start almost alike. */
export function EdgeView({run, twins, learningRate, ink}: Props) {
  const {iterations, sharpness, loss, divergedAt, meanShare} = run;
  const edge = 2 / learningRate;
  const xScale = spanScale(0, Math.max(1, iterations[iterations.length - 1] ?? 1), false, 5);
  const sharp = curve(iterations, sharpness);
  const losses = curve(iterations, loss, true);
  const apart = twins ? curve(twins.iterations, twins.distance, true) : [];
  const told = divergedAt === null ? `over the second half it is ${measured(meanShare)} times the edge on average` : `the run diverged at iteration ${count(divergedAt)}`;
  return (
    <>
      <p className="theory-finding" data-testid="theory-edge">
        The edge is 2/η = {number(edge)}; {told}
        {twins && `. The twins end ${number(twins.growth, 3)} times as far apart as they began`}.
      </p>
      <div className="theory-charts">
        <Chart title="Sharpness" across="iteration" keys={<Key stroke={ink.text} dash="5 3">2/η</Key>}>
          <Plot xScale={xScale} yScale={scaleFor([0, edge, ...ys([sharp])], false)} ink={ink} label={`Largest eigenvalue of the Hessian; ${told}.`} testId="theory-sharpness">
            {(frame) => (
              <>
                <Curve frame={frame} points={sharp} stroke={ink.contestants.blue} />
                <line x1={frame.left} x2={frame.right} y1={frame.y(edge)} y2={frame.y(edge)} stroke={ink.text} strokeWidth={1.3} strokeDasharray="5 3" />
              </>
            )}
          </Plot>
        </Chart>
        <Chart title="Loss" across="iteration">
          <Plot xScale={xScale} yScale={scaleFor(ys([losses]), true)} ink={ink} label={`Loss from ${measured(loss[0])} to ${measured(loss[loss.length - 1])}.`} testId="theory-edge-loss">
            {(frame) => <Curve frame={frame} points={losses} stroke={ink.contestants.orange} />}
          </Plot>
        </Chart>
        {twins && (
          <Chart title="Distance of the twins" across="iteration">
            <Plot xScale={xScale} yScale={scaleFor(ys([apart]), true)} ink={ink} label={`The twins end ${number(twins.growth, 3)} times as far apart as they began.`} testId="theory-twins">
              {(frame) => <Curve frame={frame} points={apart} stroke={ink.contestants.pink} />}
            </Plot>
          </Chart>
        )}
      </div>
    </>
  );
}

/** Rows of a table, at most about so many. */
const ROWS = 25;

export const edgeTable = ({iterations, loss, sharpness, smallest}: EdgeRun): {readonly columns: readonly string[]; readonly rows: () => readonly (readonly string[])[]} => ({
  columns: ['iteration', 'loss', 'largest eigenvalue', 'smallest'],
  rows: () => {
    const stride = Math.max(1, Math.ceil(iterations.length / ROWS));
    return Array.from(iterations, (iteration, i) => [count(iteration), measured(loss[i]), measured(sharpness[i]), measured(smallest[i])]).filter((_, i) => i % stride === 0 || i === iterations.length - 1);
  },
});
