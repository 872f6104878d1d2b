import '@mantine/core/styles.css';
import './styles/theme.css';
import './styles/layout.css';
import './styles/setup.css';
import './styles/instruments.css';
import './styles/race.css';
import './styles/landscape.css';
import './styles/plots.css';
import './styles/binary.css';
import './styles/deep.css';
import './styles/curvature.css';
import './styles/lab.css';
import './styles/notes.css';
import {MantineProvider} from '@mantine/core';
import {StrictMode} from 'react';
import {createRoot} from 'react-dom/client';
import {start} from '../state/basin.ts';
import {App} from './App.tsx';
import {theme} from './theme.ts';

const host = document.getElementById('root');
if (!host) throw new Error('index.html has no #root');

start();
createRoot(host).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto">
      <App />
    </MantineProvider>
  </StrictMode>,
);
