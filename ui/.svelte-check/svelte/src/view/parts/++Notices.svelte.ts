///<reference types="svelte" />
;
import { noticeSentence } from '../../text/index.ts';
import { usePage } from '../page.svelte.ts';
function $$render() {

  
  

  const page = usePage();
  // A request to join has a card of its own; here it is only spoken.
  const shown = $derived(page.snapshot.notices.filter((n) => n.text.key !== 'asks'));
;
async () => {

 { svelteHTML.createElement("div", {     "class":`unseen`,"role":`status`,"aria-live":`polite`,});
     for(let notice of __sveltets_2_ensureArray(page.snapshot.notices)){notice.id;
     { svelteHTML.createElement("p", {});noticeSentence(notice.text); }
  }
 }

 { svelteHTML.createElement("div", {   "class":`notices`,"aria-hidden":`true`,});
     for(let notice of __sveltets_2_ensureArray(shown)){notice.id;
     { svelteHTML.createElement("p", { "dir":`auto`,});noticeSentence(notice.text); }
  }
 }


};
return { props: {} as Record<string, never>, exports: {}, bindings: __sveltets_$$bindings(''), slots: {}, events: {} }}
const Notices__SvelteComponent_ = __sveltets_2_fn_component($$render());
/*Ωignore_startΩ*/type Notices__SvelteComponent_ = ReturnType<typeof Notices__SvelteComponent_>;
/*Ωignore_endΩ*/export default Notices__SvelteComponent_;