///<reference types="svelte" />
;
import type { MediaEngine } from '../media/engine.ts';
import type { Application } from '../state/application.ts';
import { t } from '../text/index.ts';
import type { Live } from './live.svelte.ts';
import Lobby from './lobby/Lobby.svelte';
import Meeting from './meeting/Meeting.svelte';
import LinkScreen from './over/LinkScreen.svelte';
import Over from './over/Over.svelte';
import { Page, providePage } from './page.svelte.ts';
import Notices from './parts/Notices.svelte';
import Waiting from './waiting/Waiting.svelte';
;

  interface Props {
    application: Application;
    media: MediaEngine;
    live: Live;
  };function $$render() {

  
  
  
  
  
  
  
  
  
  
  


  const { application, media, live }: Props = $props();
  // The three live as long as the page.
  // svelte-ignore state_referenced_locally
  const page = new Page(application, media, live);
  providePage(page);

  const agent = $derived(page.snapshot.agent);
  const link = $derived(page.snapshot.link);
  const title = $derived(agent?.screen === 'meeting' && agent.meeting?.title ? `${agent.meeting.title} · ${t.product}` : t.product);
  const unread = $derived(page.snapshot.unread);
;
async () => {

 { svelteHTML.createElement("svelte:head", {});
   { svelteHTML.createElement("title", {});unread > 0 ? `(${unread}) ` : '';title; }
 }

if(link === 'takenOver' || link === 'refused' || (link === 'lost' && agent?.screen !== 'meeting')){
   { const $$_neercSkniL0C = __sveltets_2_ensureComponent(LinkScreen); new $$_neercSkniL0C({ target: __sveltets_2_any(), props: { link,}});}
} else if (agent === undefined){
  
   { svelteHTML.createElement("main", { "aria-busy":`true`,}); }
} else if (agent.screen === 'meeting'){
   { const $$_gniteeM0C = __sveltets_2_ensureComponent(Meeting); new $$_gniteeM0C({ target: __sveltets_2_any(), props: { agent,}});}
} else if (agent.screen === 'joining' || agent.screen === 'waiting'){
   { const $$_gnitiaW0C = __sveltets_2_ensureComponent(Waiting); new $$_gnitiaW0C({ target: __sveltets_2_any(), props: { agent,}});}
} else if (agent.screen === 'over'){
   { const $$_revO0C = __sveltets_2_ensureComponent(Over); new $$_revO0C({ target: __sveltets_2_any(), props: { agent,}});}
}else{
   { const $$_ybboL0C = __sveltets_2_ensureComponent(Lobby); new $$_ybboL0C({ target: __sveltets_2_any(), props: { agent,}});}
}

 { const $$_secitoN0C = __sveltets_2_ensureComponent(Notices); new $$_secitoN0C({ target: __sveltets_2_any(), props: {}});}
};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const App__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type App__SvelteComponent_ = ReturnType<typeof App__SvelteComponent_>;
/*Ωignore_endΩ*/export default App__SvelteComponent_;