//! Sealed files in an S3-compatible store. Keys, region and endpoint come from the variables that
//! its other clients know (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`,
//! `AWS_ENDPOINT_URL`; `AWS_ALLOW_HTTP=true` for an endpoint without TLS).

use super::{FileError, Swept, unchanged};
use domain::digest::Sm3;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::path::Path;
use object_store::{
    ClientOptions, Error, ObjectMeta, ObjectStore as _, ObjectStoreExt as _, PutMode, PutOptions,
    RetryConfig,
};
use std::future::Future;
use std::ops::Range;
use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime};
use tokio::runtime::{Builder, Runtime};

/// One exchange with the store.
const EXCHANGE: Duration = Duration::from_secs(10);
/// All attempts at one exchange: whoever waits for an answer waits a minute at most.
const ATTEMPTS: Duration = Duration::from_secs(20);

/// Where the exchanges run. It lasts as long as the process: whoever drops the last store may
/// stand where waiting is not allowed.
static RUNTIME: LazyLock<std::io::Result<Runtime>> = LazyLock::new(|| {
    Builder::new_multi_thread().worker_threads(1).thread_name("files").enable_all().build()
});

/// A part of a bucket.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    store: Arc<AmazonS3>,
    prefix: Path,
}

impl Bucket {
    pub(super) fn open(bucket: &str, prefix: &str) -> Result<Self, FileError> {
        let failed = |cause: Cause| unavailable("making room for", "*", cause);
        let options =
            ClientOptions::new().with_timeout(EXCHANGE).with_connect_timeout(EXCHANGE / 2);
        let retry =
            RetryConfig { max_retries: 5, retry_timeout: ATTEMPTS, ..RetryConfig::default() };
        let store = AmazonS3Builder::from_env()
            .with_bucket_name(bucket)
            .with_client_options(options)
            .with_retry(retry)
            .build()
            .map_err(|cause| failed(cause.into()))?;
        let prefix = Path::parse(prefix).map_err(|cause| failed(cause.into()))?;
        Ok(Self { store: Arc::new(store), prefix })
    }

    /// Stored unless it is there, then read back: what the store gives has the digest.
    pub(super) fn put(&self, sm3: Sm3, bytes: &[u8]) -> Result<(), FileError> {
        let path = self.path(sm3);
        let put = |mode: PutMode| {
            let options = PutOptions::from(mode);
            let result = wait(self.store.put_opts(&path, bytes.to_vec().into(), options))?;
            match result {
                // The same bytes have the same name: what is there is what was to be stored.
                Ok(_) | Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(()),
                Err(cause) => Err(unavailable("storing", sm3, cause.into())),
            }
        };
        put(PutMode::Create)?;
        if let Err(FileError::Changed { .. }) = self.read(sm3) {
            put(PutMode::Overwrite)?;
            self.read(sm3)?;
        }
        Ok(())
    }

    pub(super) fn bytes(&self, sm3: Sm3) -> Result<Vec<u8>, FileError> {
        let path = self.path(sm3);
        let got = wait(async { self.store.get(&path).await?.bytes().await })?;
        let bytes = got.map_err(|cause| match cause {
            Error::NotFound { .. } => FileError::Missing { name: sm3.to_string() },
            cause => unavailable("reading", sm3, cause.into()),
        })?;
        Ok(bytes.to_vec())
    }

    /// The same, where they still have the digest by which they are asked for.
    pub(super) fn read(&self, sm3: Sm3) -> Result<Vec<u8>, FileError> {
        unchanged(sm3, self.bytes(sm3)?)
    }

    pub(super) fn remove(&self, sm3: Sm3) -> Result<(), FileError> {
        match wait(self.store.delete(&self.path(sm3)))? {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(cause) => Err(unavailable("removing", sm3, cause.into())),
        }
    }

    pub(super) fn names(&self) -> Result<Vec<Sm3>, FileError> {
        let mut names: Vec<Sm3> = self.all()?.iter().filter_map(name).collect();
        names.sort();
        Ok(names)
    }

    /// Nothing is half-written here: a name stands when its bytes do.
    pub(super) fn sweep<E: From<FileError>>(
        &self,
        when: Range<SystemTime>,
        mut wanted: impl FnMut(Sm3) -> Result<bool, E>,
    ) -> Result<Swept, E> {
        let mut swept = Swept::default();
        for found in self.all()? {
            let written = SystemTime::from(found.last_modified);
            if let Some(sm3) = name(&found)
                && when.contains(&written)
                && !wanted(sm3)?
            {
                wait(self.store.delete(&found.location))?
                    .map_err(|cause| unavailable("sweeping", sm3, cause.into()))?;
                swept.orphans += 1;
            }
        }
        Ok(swept)
    }

    fn all(&self) -> Result<Vec<ObjectMeta>, FileError> {
        let listed = wait(async {
            use futures_util::TryStreamExt as _;
            self.store.list(Some(&self.prefix)).try_collect().await
        })?;
        listed.map_err(|cause: Error| unavailable("listing", "*", cause.into()))
    }

    fn path(&self, sm3: Sm3) -> Path {
        let name = sm3.to_string();
        self.prefix.clone().join(&name[..2]).join(name)
    }
}

fn name(found: &ObjectMeta) -> Option<Sm3> {
    found.location.filename()?.parse().ok()
}

type Cause = Box<dyn std::error::Error + Send + Sync>;

fn wait<T>(exchange: impl Future<Output = T>) -> Result<T, FileError> {
    match &*RUNTIME {
        Ok(runtime) => Ok(runtime.block_on(exchange)),
        Err(cause) => {
            let cause = std::io::Error::new(cause.kind(), cause.to_string());
            Err(unavailable("reaching", "*", cause.into()))
        }
    }
}

fn unavailable(operation: &'static str, name: impl ToString, cause: Cause) -> FileError {
    FileError::Unavailable { operation, name: name.to_string(), cause }
}

#[cfg(test)]
mod tests;
