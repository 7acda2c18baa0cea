///<reference types="svelte" />
;
import TriangleAlert from '@lucide/svelte/icons/triangle-alert';
import { t } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
function $$render() {

  
  
  

  const page = usePage();
  const sentences = $derived(
    (['microphone', 'camera'] as const).flatMap((kind) => {
      const state = page.snapshot.media[kind];
      return state === 'on' || state === 'off' ? [] : [t.devices.problem[kind][state]];
    }),
  );
;
async () => {

   for(let sentence of __sveltets_2_ensureArray(sentences)){sentence;
   { svelteHTML.createElement("p", {   "class":`problem`,"role":`status`,});
     { const $$_trelAelgnairT1C = __sveltets_2_ensureComponent(TriangleAlert); new $$_trelAelgnairT1C({ target: __sveltets_2_any(), props: {      "size":18,"strokeWidth":1.75,"class":`icon`,}});}
     { svelteHTML.createElement("span", {});sentence; }
   }
}


};
return { props: {} as Record<string, never>, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const DeviceProblem__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type DeviceProblem__SvelteComponent_ = ReturnType<typeof DeviceProblem__SvelteComponent_>;
/*Ωignore_endΩ*/export default DeviceProblem__SvelteComponent_;