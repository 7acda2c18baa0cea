import { mount } from 'svelte';
import './view/style/tokens.css';
import './view/style/base.css';
import { ControlConnection } from './connection/control.ts';
import { pageNow } from './connection/clock.ts';
import { openSession, type Session } from './connection/session.ts';
import { MediaEngine } from './media/engine.ts';
import { Application } from './state/application.ts';
import App from './view/App.svelte';
import { openWindowForTests } from './testWindow.ts';
import { applyTheme } from './view/theme.svelte.ts';
import { Live } from './view/live.svelte.ts';

const chatKey = 'parley.chat';

/** Puts the page together: connection, devices, state, view. */
async function start(): Promise<void> {
  applyTheme();
  let session: Session | undefined;
  let connection: ControlConnection | undefined;

  const live = new Live();
  const media: MediaEngine = new MediaEngine({
    onChange: (snapshot) => application.onMedia(snapshot),
    onLevel: (level) => live.onMicrophone(level),
    onMeasured: (stats) => {
      live.onShown(stats.tracks);
      connection?.send({ type: 'pageMeasured', stats });
    },
    onCodecs: ({ encode, decode }, opus) => connection?.send({ type: 'setCodecs', encode, decode, opus }),
  });
  const application: Application = new Application(
    {
      open: () => connection?.open(),
      send: (command) => connection?.send(command) ?? false,
      toPage: (agentTime) => connection?.clock.toPage(agentTime) ?? agentTime,
    },
    {
      open: () => session !== undefined && media.open(session),
      close: () => media.close(),
      startDevices: () => media.startDevices(),
      startPlayout: () => media.startPlayout(),
      setInMeeting: (isInMeeting) => media.setInMeeting(isInMeeting),
      want: (kind, isWanted) => media.want(kind, isWanted),
      choose: (kind, id) => media.choose(kind, id),
      chooseSpeaker: (id) => media.chooseSpeaker(id),
    },
    media.snapshot,
    {
      read: () => sessionStorage.getItem(chatKey) ?? undefined,
      write: (text) => {
        try {
          sessionStorage.setItem(chatKey, text);
        } catch {
          // The browser has no room for it: it does not outlive a reload then, and nothing else is lost.
        }
      },
    },
    () => crypto.randomUUID(),
  );

  openWindowForTests(application, media, live);
  mount(App, { target: document.getElementById('app') ?? document.body, props: { application, media, live } });
  setInterval(() => application.tick(pageNow()), 250);
  addEventListener('pointerdown', () => application.wakePlayout());

  session = await openSession();
  if (session === undefined) {
    application.onLink('refused');
    return;
  }

  connection = new ControlConnection(session, {
    onLink: (state) => application.onLink(state),
    onEvent: (event) => {
      if (event.type === 'levels') live.onLevels(event.levels);
      media.onEvent(event);
      application.onEvent(pageNow(), event);
    },
  });
  connection.open();
}

void start();
