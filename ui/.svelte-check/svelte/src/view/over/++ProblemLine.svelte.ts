///<reference types="svelte" />
;
import CircleAlert from '@lucide/svelte/icons/circle-alert';
import X from '@lucide/svelte/icons/x';
import { pageNow } from '../../connection/clock.ts';
import type { UiProblem } from '../../protocol/messages.g.ts';
import { t } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
import { waysOn } from './ways.ts';
;

  interface Props {
    problem: UiProblem;
  };function $$render() {

  
  
  
  
  
  
  


  const { problem }: Props = $props();
  const page = usePage();
  const words = $derived(t.problem[problem.reason]);
  const way = $derived(waysOn(problem).find((w) => w !== 'lobby'));

  function go(): void {
    if (way === 'trust') page.application.trustNewKey();
    else page.application.retry(pageNow());
  }
;
async () => {

 { svelteHTML.createElement("div", {   "class":`problem`,"role":`alert`,});
   { const $$_trelAelcriC1C = __sveltets_2_ensureComponent(CircleAlert); new $$_trelAelcriC1C({ target: __sveltets_2_any(), props: {      "size":18,"strokeWidth":1.75,"class":`icon`,}});}
   { svelteHTML.createElement("div", {});
     { svelteHTML.createElement("p", { "class":`title`,});words.title; }
     { svelteHTML.createElement("p", {});words.sentence; }
    if(problem.server !== null){ { svelteHTML.createElement("p", { "class":`server numbers`,});problem.server; }}
    if(way !== undefined){
       { svelteHTML.createElement("button", {   "class":`button small`,"onclick":go,});t.over[way === 'trust' ? 'trust' : way]; }
    }
   }
   { svelteHTML.createElement("button", {     "class":`button quiet icon-only`,"aria-label":t.controls.close,"onclick":() => page.application.dismiss(),});
     { const $$_X2C = __sveltets_2_ensureComponent(X); new $$_X2C({ target: __sveltets_2_any(), props: {    "size":16,"strokeWidth":1.75,}});}
   }
 }


};
return { props: {} as any as Props, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const ProblemLine__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type ProblemLine__SvelteComponent_ = ReturnType<typeof ProblemLine__SvelteComponent_>;
/*Ωignore_endΩ*/export default ProblemLine__SvelteComponent_;