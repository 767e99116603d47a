//! Packing, as far as the screen goes: asked for, told where, watched, cancelled.

use super::super::Session;
use super::super::message::{Action, Effect};
use super::super::overlay::{Overlay, Prompt, PromptPurpose};
use super::super::progress::PackProgress;

impl Session {
    pub(super) fn begin_to_pack(&mut self) -> Vec<Effect> {
        match self.packing {
            Some(_) => self.tell(format!("packing already; {} cancels it", self.keys.of(Action::Escape))),
            None => vec![Effect::AskWhereToPack],
        }
    }

    pub(super) fn ask_where_to_pack(&mut self, folder: String) -> Vec<Effect> {
        self.show(Overlay::Prompt(Prompt { purpose: PromptPurpose::PackFolder, input: folder.into(), error: None }))
    }

    /// A folder without a name is asked for again.
    pub(super) fn pack_into(&mut self, prompt: Prompt) -> Vec<Effect> {
        let folder = prompt.input.value().trim().to_owned();
        if folder.is_empty() {
            let error = Some("name a folder".to_owned());
            return self.show(Overlay::Prompt(Prompt { error, ..prompt }));
        }
        self.notice = None;
        self.packing = Some(PackProgress::default());
        vec![Effect::Pack(folder)]
    }

    pub(super) fn packing_goes_on(&mut self, progress: PackProgress) -> Vec<Effect> {
        if self.packing.is_some() {
            self.packing = Some(progress);
        }
        Vec::new()
    }

    pub(super) fn packed(&mut self, outcome: Result<String, String>) -> Vec<Effect> {
        self.packing = None;
        match outcome {
            Ok(words) => self.tell(words),
            Err(words) => self.refuse(words),
        }
    }
}
