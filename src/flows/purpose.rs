//! What a flow is read and planned for: to be carried out, to be shown, to be explained.
//!
//! A flow's file says what to read, under which rules and how to write; it does so once, whatever is asked of it.

use std::future::Future;

use super::carry_out::{self, Destination};
use super::explain::{self, Told};
use super::work::Work;
use super::{FlowError, Journal, Preview, Report};
use crate::sync::Values;

/// What is to be done with both sides and the plan over them.
pub(super) trait Purpose: Send {
    /// What comes of it.
    type Outcome;

    /// Does it.
    fn serve<D: Destination>(
        self,
        work: Work<'_>,
        destination: &D,
    ) -> impl Future<Output = Result<Self::Outcome, FlowError>> + Send;
}

/// The plan is carried out, each write noted in the journal.
pub(super) struct Apply<'j, J>(pub(super) &'j J);

impl<J: Journal> Purpose for Apply<'_, J> {
    type Outcome = Report;

    async fn serve<D: Destination>(self, work: Work<'_>, destination: &D) -> Result<Report, FlowError> {
        carry_out::carry_out(work, destination, self.0).await
    }
}

/// The plan is shown, and nothing is written.
pub(super) struct Show;

impl Purpose for Show {
    type Outcome = Preview;

    async fn serve<D: Destination>(self, work: Work<'_>, destination: &D) -> Result<Preview, FlowError> {
        Ok(carry_out::preview(work, destination))
    }
}

/// What the plan does with one person is explained, and nothing is written.
pub(super) struct Explain<'c> {
    /// 社員番号 on either side.
    pub(super) code: &'c str,
    pub(super) values: Values,
}

impl Purpose for Explain<'_> {
    type Outcome = Told;

    async fn serve<D: Destination>(self, work: Work<'_>, _destination: &D) -> Result<Told, FlowError> {
        Ok(explain::told(&work, self.code, self.values))
    }
}
