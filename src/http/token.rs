//! Access tokens: one per account and process, issued by one request however many runs ask, never in Redis or on disk.

use std::sync::Arc;

use secrecy::SecretString;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// A token with what the service said about it.
#[derive(Debug)]
pub struct Token<T> {
    /// The token.
    pub text: SecretString,
    /// What its owner may do, where the service says so.
    pub rights: T,
    /// From now on another one is asked for.
    pub renew_at: Instant,
}

/// The place of an account's token.
#[derive(Debug)]
pub struct TokenCell<T>(Mutex<Option<Arc<Token<T>>>>);

impl<T> Default for TokenCell<T> {
    fn default() -> Self {
        TokenCell(Mutex::new(None))
    }
}

impl<T> TokenCell<T> {
    /// The token, issued anew if there is none, if it is due for renewal, or if it is `refused`: the one that the service
    /// answered with 401. Whoever asks meanwhile waits for the same answer.
    ///
    /// # Errors
    /// What `issue` fails with; the next caller tries again.
    pub async fn get<E>(
        &self,
        refused: Option<&Arc<Token<T>>>,
        issue: impl Future<Output = Result<Token<T>, E>>,
    ) -> Result<Arc<Token<T>>, E> {
        self.get_or_renew(refused, |_| issue).await
    }

    /// As [`TokenCell::get`] for a service that lets a token live longer: `issue` is given the token that is due for renewal,
    /// unless that one is `refused`.
    ///
    /// # Errors
    /// What `issue` fails with; the next caller tries again.
    pub async fn get_or_renew<E, F>(
        &self,
        refused: Option<&Arc<Token<T>>>,
        issue: impl FnOnce(Option<Arc<Token<T>>>) -> F,
    ) -> Result<Arc<Token<T>>, E>
    where
        F: Future<Output = Result<Token<T>, E>>,
    {
        let mut place = self.0.lock().await;
        let held = place.take().filter(|token| refused.is_none_or(|refused| !Arc::ptr_eq(refused, token)));
        if let Some(token) = held.as_ref().filter(|token| Instant::now() < token.renew_at) {
            *place = Some(Arc::clone(token));
            return Ok(Arc::clone(token));
        }
        let token = Arc::new(issue(held).await?);
        *place = Some(Arc::clone(&token));
        Ok(token)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};
    use std::time::Duration;

    use super::*;

    async fn issue(count: &AtomicU32, life: u64) -> Result<Token<()>, ()> {
        count.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        let renew_at = Instant::now() + Duration::from_secs(life);
        Ok(Token { text: "token".into(), rights: (), renew_at })
    }

    #[tokio::test]
    async fn callers_at_the_same_time_share_one_request() {
        let (cell, count) = (TokenCell::default(), AtomicU32::new(0));
        let (one, two) = tokio::join!(cell.get(None, issue(&count, 60)), cell.get(None, issue(&count, 60)));
        assert!(Arc::ptr_eq(&one.unwrap(), &two.unwrap()));
        assert_eq!(count.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn a_refused_token_is_issued_anew_once() {
        let (cell, count) = (TokenCell::default(), AtomicU32::new(0));
        let first = cell.get(None, issue(&count, 60)).await.unwrap();
        let second = cell.get(Some(&first), issue(&count, 60)).await.unwrap();
        assert!(!Arc::ptr_eq(&first, &second));
        let same = cell.get(Some(&first), issue(&count, 60)).await.unwrap();
        assert!(Arc::ptr_eq(&second, &same), "another run had it renewed already");
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn a_due_token_is_there_to_be_renewed_and_a_refused_one_is_not() {
        let (cell, count) = (TokenCell::default(), AtomicU32::new(0));
        let due = cell.get(None, issue(&count, 0)).await.unwrap();
        let renew = |held: Option<Arc<Token<()>>>| {
            assert!(held.is_some_and(|held| Arc::ptr_eq(&held, &due)));
            issue(&count, 0)
        };
        let renewed = cell.get_or_renew(None, renew).await.unwrap();
        let anew = |held: Option<Arc<Token<()>>>| {
            assert!(held.is_none());
            issue(&count, 60)
        };
        cell.get_or_renew(Some(&renewed), anew).await.unwrap();
        assert_eq!(count.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn a_due_token_is_issued_anew_and_a_failure_is_not_kept() {
        let (cell, count) = (TokenCell::default(), AtomicU32::new(0));
        cell.get(None, issue(&count, 0)).await.unwrap();
        assert!(cell.get(None, async { Err(()) }).await.is_err());
        cell.get(None, issue(&count, 60)).await.unwrap();
        cell.get(None, async { Err(()) }).await.unwrap();
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }
}
