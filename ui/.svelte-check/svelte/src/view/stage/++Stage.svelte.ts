///<reference types="svelte" />
;
import ChevronLeft from '@lucide/svelte/icons/chevron-left';
import ChevronRight from '@lucide/svelte/icons/chevron-right';
import type { UiParticipant } from '../../protocol/messages.g.ts';
import { t } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
import { watchSize } from '../parts/attachments.ts';
import { pagesOf, placeTiles, tilesPerPage } from './layout.ts';
import Tile from './Tile.svelte';
;

  interface Props {
    participants: readonly UiParticipant[];
  };function $$render() {

  
  
  
  
  
  
  
  


  const { participants }: Props = $props();
  const page = usePage();
  let width = $state(0);
  let height = $state(0);
  let wanted = $state(0);

  const gap = $derived(width < 600 ? 8 : 12);
  const pages = $derived(pagesOf(participants, tilesPerPage(width, height, gap)));
  const current = $derived(Math.min(wanted, pages.length - 1));
  const shown = $derived(pages[current] ?? []);
  const places = $derived(placeTiles(shown.length, width, height, gap));

  $effect(() => {
    // Before the stage has a size nobody is on it, and asking for nobody's pictures would cost a round trip.
    if (width > 0) page.application.setVisible(shown.filter((p) => !p.isMe).map((p) => p.id));
  });
;
async () => {

 { svelteHTML.createElement("div", {  "class":`stage`,});pages.length > 1;
   { svelteHTML.createElement("ul", {    "class":`tiles`,"aria-label":t.people.title,[Symbol("@attach")]:watchSize((w, h) => ((width = w), (height = h))),});
        for(let participant of __sveltets_2_ensureArray(shown)){let i = 1;participant.id;
      const place = places[i];
      if(place !== undefined){ { const $$_eliT2C = __sveltets_2_ensureComponent(Tile); new $$_eliT2C({ target: __sveltets_2_any(), props: {  participant,place,}});}}
    }
   }
  if(pages.length > 1){
     { svelteHTML.createElement("nav", { "aria-label":t.meeting.pages(current + 1, pages.length),});
       { svelteHTML.createElement("button", {       "class":`button quiet icon-only`,"disabled":current === 0,"aria-label":t.meeting.previousPage,"onclick":() => (wanted = current - 1),});
         { const $$_tfeLnorvehC3C = __sveltets_2_ensureComponent(ChevronLeft); new $$_tfeLnorvehC3C({ target: __sveltets_2_any(), props: {    "size":18,"strokeWidth":2,}});}
       }
       { svelteHTML.createElement("span", {   "class":`numbers`,"aria-live":`polite`,}); { svelteHTML.createElement("span", { "class":`unseen`,});t.meeting.pages(current + 1, pages.length); }
         { svelteHTML.createElement("span", { "aria-hidden":`true`,});current + 1;  pages.length; } }
       { svelteHTML.createElement("button", {         "class":`button quiet icon-only`,"disabled":current === pages.length - 1,"aria-label":t.meeting.nextPage,"onclick":() => (wanted = current + 1),});
         { const $$_thgiRnorvehC3C = __sveltets_2_ensureComponent(ChevronRight); new $$_thgiRnorvehC3C({ target: __sveltets_2_any(), props: {    "size":18,"strokeWidth":2,}});}
       }
     }
  }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const Stage__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type Stage__SvelteComponent_ = ReturnType<typeof Stage__SvelteComponent_>;
/*Ωignore_endΩ*/export default Stage__SvelteComponent_;