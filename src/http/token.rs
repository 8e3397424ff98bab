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
        let mut place = self.0.lock().await;
        if let Some(token) = place.as_ref()
            && Instant::now() < token.renew_at
            && refused.is_none_or(|refused| !Arc::ptr_eq(refused, token))
        {
            return Ok(Arc::clone(token));
        }
        *place = None;
        let token = Arc::new(issue.await?);
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
    async fn a_due_token_is_issued_anew_and_a_failure_is_not_kept() {
        let (cell, count) = (TokenCell::default(), AtomicU32::new(0));
        cell.get(None, issue(&count, 0)).await.unwrap();
        assert!(cell.get(None, async { Err(()) }).await.is_err());
        cell.get(None, issue(&count, 60)).await.unwrap();
        cell.get(None, async { Err(()) }).await.unwrap();
        assert_eq!(count.load(Ordering::SeqCst), 2);
    }
}
